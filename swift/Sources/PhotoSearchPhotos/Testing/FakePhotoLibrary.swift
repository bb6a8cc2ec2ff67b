import Foundation
import PhotoSearch

/// A photo library in memory, for tests of apps and of this package.
///
/// It behaves as `PhotoKitLibrary` does: a token is good for one record of changes, a selection has
/// no record, and a photo in the cloud has no original here, though it may have a picture.
public actor FakePhotoLibrary: PhotoLibrary {
    private struct Held {
        let photo: LibraryPhoto
        var original: LibraryAnswer<Data>
        var picture: LibraryAnswer<RGBImage>
        var rules: LibraryRules
    }

    private var held: [String: Held] = [:]
    private var beforeOriginal: (@Sendable () async -> Void)?
    private var log: [String] = []  // identifiers that changed, in their order
    private var allowed: LibraryAccess
    private let answer: LibraryAccess
    private var earliest = 0  // a token before this has expired
    private var readers: [AsyncStream<Void>.Continuation] = []
    /// How often each original was asked for.
    public private(set) var reads: [String: Int] = [:]
    /// How often each picture was asked for.
    public private(set) var looks: [String: Int] = [:]

    /// - Parameters:
    ///   - access: What the app may see.
    ///   - answer: What it may see after the person was asked.
    public init(access: LibraryAccess = .full, answer: LibraryAccess = .full) {
        allowed = access
        self.answer = answer
    }

    /// Adds a photo, or changes one.
    ///
    /// - Parameters:
    ///   - photo: What the library says of it.
    ///   - original: Its file.
    ///   - picture: What the library keeps for showing it; nothing by default, so that the original is
    ///     read.
    ///   - rules: What decides whether it is searched.
    public func set(
        _ photo: LibraryPhoto, _ original: LibraryAnswer<Data>,
        picture: LibraryAnswer<RGBImage> = .notOnDevice, rules: LibraryRules = LibraryRules()
    ) {
        held[photo.identifier] = Held(
            photo: photo, original: original, picture: picture, rules: rules)
        note(photo.identifier)
    }

    /// As when a person hides a photo, or keeps another one of a burst.
    public func setRules(_ rules: LibraryRules, of identifier: String) {
        held[identifier]?.rules = rules
        note(identifier)
    }

    /// Changes where the original is, which PhotoKit does not record.
    public func setOriginal(_ original: LibraryAnswer<Data>, of identifier: String) {
        held[identifier]?.original = original
    }

    public func delete(_ identifier: String) {
        held[identifier] = nil
        note(identifier)
    }

    public func setAccess(_ access: LibraryAccess) {
        allowed = access
        tell()
    }

    /// As when the library was rebuilt or a token is too old.
    public func forgetHistory() {
        log.append("")
        earliest = log.count
    }

    public func access() -> LibraryAccess { allowed }

    public func requestAccess() -> LibraryAccess {
        if allowed == .notDetermined { allowed = answer }
        return allowed
    }

    public func changes(since token: Data?) -> LibraryChanges {
        let now = Data(String(log.count).utf8)
        let start = token.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard let start, start >= earliest, start <= log.count, allowed == .full else {
            let all = photos(held.keys.sorted())
            return LibraryChanges(
                photos: all, removed: [], isEverything: true, token: allowed == .full ? now : nil)
        }
        let touched = Set(log[start...]).sorted()
        let photos = photos(touched)
        let gone = Set(touched).subtracting(photos.map(\.identifier))
        return LibraryChanges(
            photos: photos, removed: gone.sorted(), isEverything: false, token: now)
    }

    public func photos(_ identifiers: [String]) -> [LibraryPhoto] {
        identifiers.compactMap { held[$0] }.filter(\.rules.isSearched).map(\.photo)
    }

    public func picture(of identifier: String, atLeast side: Int) -> LibraryAnswer<RGBImage> {
        looks[identifier, default: 0] += 1
        return held[identifier]?.picture ?? .gone
    }

    /// Something that happens whenever an original is asked for, before it is given.
    public func set(beforeOriginal: (@Sendable () async -> Void)?) {
        self.beforeOriginal = beforeOriginal
    }

    public func original(
        of identifier: String, isDownloadAllowed: Bool
    ) async -> LibraryAnswer<Data> {
        reads[identifier, default: 0] += 1
        await beforeOriginal?()
        return held[identifier]?.original ?? .gone
    }

    public nonisolated func updates() -> AsyncStream<Void> {
        let (stream, reader) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        Task { await self.add(reader) }
        return stream
    }

    /// Told at once: there may have been changes since it asked.
    private func add(_ reader: AsyncStream<Void>.Continuation) {
        readers.append(reader)
        reader.yield()
    }

    private func note(_ identifier: String) {
        log.append(identifier)
        tell()
    }

    private func tell() {
        for reader in readers { reader.yield() }
    }
}
