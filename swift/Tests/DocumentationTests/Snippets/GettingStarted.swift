#if canImport(CoreML) && canImport(ImageIO) && canImport(Photos)
    import Foundation
    import PhotoSearch
    import PhotoSearchBuiltin
    import PhotoSearchPhotos

    func findPhotos(keeping folder: URL) async throws {
        let bundle = try BuiltinModel.bundle()
        let store = try IndexStore(at: folder, bundle: bundle)

        guard await PhotoKitLibrary().requestAccess().canRead else { return }
        let indexer = try LibraryIndexer(bundle, into: store)
        for await progress in await indexer.run() { print(progress.done, "of", progress.total) }

        for hit in try await store.index.search("a dog on the beach") {
            print(hit.source, hit.confidence ?? 0)  // PHAsset.localIdentifier, 0 to 1
        }
    }
#endif
