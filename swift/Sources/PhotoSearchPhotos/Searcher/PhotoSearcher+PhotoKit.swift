#if canImport(CoreML) && canImport(ImageIO) && canImport(Photos) && canImport(Vision)
    import Foundation
    import PhotoSearch
    import PhotoSearchCoreML

    extension PhotoSearcher {
        /// Of the person's photo library.
        ///
        /// - Parameters:
        ///   - folder: Of the index; if it is nil, `photos.photoindex` in Application Support, or among the
        ///     caches of an Apple TV, which lets an app keep files nowhere else and may empty them.
        ///   - limit: How many results, at most.
        ///   - readsText: Whether photos are found by the text in them, too: receipts, signs, screenshots.
        ///   - policy: When indexing may work.
        ///   - bundle: The model; read once, off the main thread.
        public convenience init(
            at folder: URL? = nil, limit: Int = 60, readsText: Bool = false,
            policy: IndexingPolicy = .foreground,
            bundle: @escaping @Sendable () throws -> ModelBundle
        ) {
            self.init(library: PhotoKitLibrary(), limit: limit) {
                let bundle = try bundle()
                let store = try IndexStore(at: folder ?? Self.usualFolder(), bundle: bundle)
                return Parts(
                    store: store,
                    indexer: try LibraryIndexer(
                        bundle, into: store, readsText: readsText, policy: policy))
            }
        }

        private nonisolated static func usualFolder() throws -> URL {
            #if os(tvOS)
                let place = FileManager.SearchPathDirectory.cachesDirectory
            #else
                let place = FileManager.SearchPathDirectory.applicationSupportDirectory
            #endif
            return try FileManager.default.url(
                for: place, in: .userDomainMask, appropriateFor: nil, create: true
            ).appendingPathComponent("photos.photoindex")
        }
    }
#endif
