#if canImport(CoreML) && canImport(ImageIO) && canImport(Photos)
    import PhotoSearch
    import PhotoSearchCoreML

    extension LibraryIndexer {
        /// Of the person's photo library, embedded by a bundle's Core ML package.
        ///
        /// ```swift
        /// let indexer = try LibraryIndexer(bundle, into: store)
        /// for await progress in await indexer.run() { print(progress.done, progress.total) }
        /// ```
        ///
        /// Reads nothing but the manifest: the package is compiled when the first photo comes.
        ///
        /// - Parameters:
        ///   - bundle: One with packages, of the model that the store's words are embedded with.
        ///   - store: Where the vectors go.
        ///   - policy: When to work; see also `setPolicy`.
        /// - Throws: `PhotoSearchError` of kind `bundle` if it has no packages.
        public init(
            _ bundle: ModelBundle, into store: any PhotoStore, policy: IndexingPolicy = .foreground
        ) throws(PhotoSearchError) {
            self.init(
                library: PhotoKitLibrary(), decoder: ImageIODecoder(),
                encoder: try CoreMLImageEncoder(bundle), store: store, policy: policy)
        }
    }
#endif
