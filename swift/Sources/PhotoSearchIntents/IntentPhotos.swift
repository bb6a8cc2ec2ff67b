import Foundation
import PhotoSearch

#if canImport(AppIntents)
    import AppIntents
#endif

/// Where intents find photos: the index of the app.
///
/// An intent runs before any view does, so register it where the app starts:
///
/// ```swift
/// let store = try IndexStore(at: folder, bundle: BuiltinModel.bundle())
/// IntentPhotos { store.index }.register()
/// ```
public struct IntentPhotos: Sendable {
    private let index: @Sendable () async throws -> PhotoIndex
    private let picture: @Sendable (_ identifier: String) async -> Data?

    /// - Parameters:
    ///   - picture: Of a photo, small, as JPEG or PNG, for the system to show beside its date; by
    ///     `LibraryPhoto.identifier`.
    ///   - index: Gives the index, or opens it; called for each question, so keep what was opened.
    public init(
        picture: @escaping @Sendable (_ identifier: String) async -> Data? = { _ in nil },
        index: @escaping @Sendable () async throws -> PhotoIndex
    ) {
        self.index = index
        self.picture = picture
    }

    /// The best first; none for no words.
    ///
    /// - Throws: `PhotoSearchError` as `PhotoIndex.search` does.
    func matching(_ words: String, limit: Int) async throws -> [FoundByIntent] {
        guard words.contains(where: { !$0.isWhitespace }) else { return [] }
        var found: [FoundByIntent] = []
        for hit in try await index().search(words, limit: limit) {
            try Task.checkCancellation()
            found.append(await shown(hit.localIdentifier, hit.info))
        }
        return found
    }

    /// Those that the index still has, in the order of the identifiers.
    func named(_ identifiers: [String]) async throws -> [FoundByIntent] {
        let rows = try await index().photos(.named(identifiers.map { PhotoSource($0) }))
        let indexed = rows.filter { $0.status == .indexed }.map { ($0.localIdentifier, $0) }
        let known = Dictionary(indexed, uniquingKeysWith: { first, _ in first })
        var found: [FoundByIntent] = []
        for photo in identifiers.compactMap({ known[$0] }) {
            try Task.checkCancellation()
            found.append(await shown(photo.localIdentifier, photo.info))
        }
        return found
    }

    private func shown(_ identifier: String, _ info: PhotoInfo?) async -> FoundByIntent {
        FoundByIntent(
            identifier: identifier, takenAt: info?.takenAt(), latitude: info?.latitude,
            longitude: info?.longitude, camera: info?.camera, picture: await picture(identifier))
    }
}

/// What an intent says of a photo.
struct FoundByIntent: Sendable, Equatable {
    let identifier: String
    let takenAt: Date?
    let latitude: Double?
    let longitude: Double?
    let camera: String?
    let picture: Data?
}

#if canImport(AppIntents)
    extension IntentPhotos {
        /// Makes these the photos of all intents of this process.
        public func register() {
            AppDependencyManager.shared.add(dependency: self)
        }

        /// Photos for an app's own use of App Intents, such as Spotlight; those that the index does not
        /// have are left out. Unlike `PhotoEntityQuery`, it may be called from anywhere.
        public func entities(_ identifiers: [String]) async throws -> [PhotoEntity] {
            try await named(identifiers).map(PhotoEntity.init)
        }
    }
#endif
