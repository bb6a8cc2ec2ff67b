import Foundation
import PhotoSearch
import PhotoSearchBuiltin
import PhotoSearchPhotos

#if canImport(CoreML)
    import PhotoSearchCoreML
#endif

/// The package's parts, put together at the first search.
actor Engine {
    private var opened: (bundle: ModelBundle, store: IndexStore)?

    /// Works without Core ML, so it answers at once.
    func search(_ text: String) async throws -> [Hit] {
        try await open().store.index.search(text, k: 60)
    }

    /// Keeps the index in step with the library for as long as the caller's task lives.
    func watch(_ told: @escaping @Sendable (IndexingProgress) async -> Void) async {
        #if canImport(CoreML) && canImport(ImageIO) && canImport(Photos)
            do {
                let (bundle, store) = try open()
                let library = PhotoKitLibrary()
                _ = await library.requestAccess()
                let indexer = LibraryIndexer(
                    library: library, decoder: ImageIODecoder(),
                    encoder: try CoreMLImageEncoder(bundle), store: store)
                await indexer.watch(told)
            } catch {
                await told(.failure(error))
            }
        #endif
    }

    /// The app's own bundle if it has one, else the built-in.
    private func open() throws -> (bundle: ModelBundle, store: IndexStore) {
        if let opened { return opened }
        let own = Bundle.main.url(forResource: "model", withExtension: "photomodel")
        let bundle = try own.map { try ModelBundle(at: $0) } ?? BuiltinModel.bundle()
        let folder = try FileManager.default.url(
            for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil,
            create: true)
        let store = try IndexStore(
            at: folder.appendingPathComponent("photos.photoindex"),
            encoder: try PortableTextEncoder(bundle), model: bundle.manifest.name)
        opened = (bundle, store)
        return (bundle, store)
    }
}
