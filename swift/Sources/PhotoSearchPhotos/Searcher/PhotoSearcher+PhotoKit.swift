#if canImport(CoreML) && canImport(ImageIO) && canImport(Photos)
    import Foundation
    import PhotoSearch
    import PhotoSearchCoreML

    extension PhotoSearcher {
        /// Of the person's photo library.
        ///
        /// - Parameters:
        ///   - folder: Of the index; `photos.photoindex` in Application Support if it is nil.
        ///   - limit: How many results, at most.
        ///   - policy: When indexing may work.
        ///   - bundle: The model; read once, off the main thread.
        public convenience init(
            at folder: URL? = nil, limit: Int = 60, policy: IndexingPolicy = .foreground,
            bundle: @escaping @Sendable () throws -> ModelBundle
        ) {
            self.init(library: PhotoKitLibrary(), limit: limit) {
                let bundle = try bundle()
                let store = try IndexStore(at: folder ?? Self.usualFolder(), bundle: bundle)
                return Parts(
                    store: store,
                    indexer: try LibraryIndexer(bundle, into: store, policy: policy))
            }
        }

        private nonisolated static func usualFolder() throws -> URL {
            try FileManager.default.url(
                for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil,
                create: true
            ).appendingPathComponent("photos.photoindex")
        }
    }
#endif
