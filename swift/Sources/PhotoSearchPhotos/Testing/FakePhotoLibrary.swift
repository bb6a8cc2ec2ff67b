import Foundation
import PhotoSearch

/// A photo library in memory, for tests of apps and of this package.
///
/// It behaves as `PhotoKitLibrary` does: a token is good for one record of changes, a selection has
/// no record, and a photo in the cloud has no content here.
public actor FakePhotoLibrary: PhotoLibrary {
    private var photos: [String: (photo: LibraryPhoto, content: PhotoContent)] = [:]
    private var log: [String] = []  // identifiers that changed, in their order
    private var allowed: LibraryAccess
    private let answer: LibraryAccess
    private var earliest = 0  // a token before this has expired
    private let signal = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    /// How often each photo was asked for.
    public private(set) var reads: [String: Int] = [:]

    /// - Parameters:
    ///   - access: What the app may see.
    ///   - answer: What it may see after the person was asked.
    public init(access: LibraryAccess = .full, answer: LibraryAccess = .full) {
        allowed = access
        self.answer = answer
    }

    /// Adds a photo, or changes one.
    public func set(_ photo: LibraryPhoto, _ content: PhotoContent) {
        photos[photo.identifier] = (photo, content)
        note(photo.identifier)
    }

    /// Changes where a photo is, which PhotoKit does not record.
    public func setContent(_ content: PhotoContent, of identifier: String) {
        photos[identifier]?.content = content
    }

    public func delete(_ identifier: String) {
        photos[identifier] = nil
        note(identifier)
    }

    public func setAccess(_ access: LibraryAccess) {
        allowed = access
        signal.continuation.yield()
    }

    /// As when the library was rebuilt or a token is too old.
    public func forgetHistory() {
        earliest = log.count + 1
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
            let all = photos.values.map(\.photo).sorted { $0.identifier < $1.identifier }
            return LibraryChanges(photos: all, removed: [], isEverything: true, token: now)
        }
        let touched = Set(log[start...]).sorted()
        return LibraryChanges(
            photos: touched.compactMap { photos[$0]?.photo },
            removed: touched.filter { photos[$0] == nil }, isEverything: false, token: now)
    }

    public func content(of identifier: String, isDownloadAllowed: Bool) -> PhotoContent {
        reads[identifier, default: 0] += 1
        return photos[identifier]?.content ?? .gone
    }

    /// For one reader at a time.
    public nonisolated func updates() -> AsyncStream<Void> { signal.stream }

    private func note(_ identifier: String) {
        log.append(identifier)
        signal.continuation.yield()
    }
}
