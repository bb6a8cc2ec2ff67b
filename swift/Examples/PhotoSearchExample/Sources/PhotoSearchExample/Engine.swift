import Foundation
import PhotoSearch
import PhotoSearchBuiltin
import PhotoSearchPhotos

/// The package's parts, put together when they are first needed.
actor Engine {
    /// What a person asks for.
    struct Request: Sendable, Equatable {
        var text = ""
        var favouritesOnly = false
        /// Bursts and copies are shown as one.
        var oneOfEachMotif = true
    }

    /// A photo to show, and how many like it are behind it.
    struct Found: Sendable, Identifiable {
        let hit: Hit
        let others: Int
        var id: Int64 { hit.id }
    }

    enum Event: Sendable {
        case access(LibraryAccess)
        case progress(IndexingProgress)
    }

    private struct Parts {
        let bundle: ModelBundle
        let store: IndexStore
        let session: SearchSession
    }

    private static let most = 60  // results
    private var parts: Parts?
    private var indexer: LibraryIndexer?

    /// Works without Core ML, so it answers at once; the search before is cancelled.
    func search(_ request: Request) async throws -> [Found] {
        let session = try open().session
        let filter = Filter(favourites: request.favouritesOnly)
        if request.oneOfEachMotif {
            let groups = try await session.search(
                request.text, limit: Self.most, filter: filter, collapsing: .nearDuplicates)
            return groups.map { Found(hit: $0.best, others: $0.others.count) }
        }
        let hits = try await session.search(request.text, limit: Self.most, filter: filter)
        return hits.map { Found(hit: $0, others: 0) }
    }

    /// Keeps the index in step with the library for as long as the caller's task lives.
    func watch(_ told: @escaping @Sendable (Event) async -> Void) async {
        #if canImport(CoreML) && canImport(ImageIO) && canImport(Photos)
            let library = PhotoKitLibrary()
            let access = await library.requestAccess()
            await told(.access(access))
            guard access.canRead else { return }
            do {
                let parts = try open()
                let indexer = try LibraryIndexer(parts.bundle, into: parts.store)
                self.indexer = indexer
                await indexer.watch { await told(.progress($0)) }
            } catch {
                await told(.progress(.failure(error)))
            }
        #endif
    }

    /// Forgets photos that are no longer among those that the person lets the app see.
    func forgetMissing(_ told: @escaping @Sendable (Event) async -> Void) async {
        guard let indexer else { return }
        for await progress in await indexer.run(removal: .all) { await told(.progress(progress)) }
    }

    /// The app's own bundle if it has one, else the built-in.
    private func open() throws -> Parts {
        if let parts { return parts }
        let own = Bundle.main.url(forResource: "model", withExtension: "photomodel")
        let bundle = try own.map { try ModelBundle(at: $0) } ?? BuiltinModel.bundle()
        let folder = try FileManager.default.url(
            for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil,
            create: true)
        let store = try IndexStore(
            at: folder.appendingPathComponent("photos.photoindex"), bundle: bundle)
        let parts = Parts(bundle: bundle, store: store, session: SearchSession(store.index))
        self.parts = parts
        return parts
    }
}
