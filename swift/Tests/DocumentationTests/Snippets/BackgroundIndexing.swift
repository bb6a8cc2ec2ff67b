import PhotoSearchPhotos

func work(_ indexer: LibraryIndexer) async {
    var policy = IndexingPolicy.foreground
    policy.lowestBattery = 0.5
    policy.batch = 8
    await indexer.setPolicy(policy)
}

@MainActor func whileTheAppIsOpen(_ indexer: LibraryIndexer, _ model: some Screen) {
    let watching = Task { await indexer.watch { progress in await model.show(progress) } }
    _ = watching
}

@MainActor protocol Screen: AnyObject, Sendable {
    func show(_ progress: IndexingProgress)
}

#if canImport(BackgroundTasks) && !os(macOS)
    func whileItIsNot(_ makeIndexer: @escaping @Sendable () throws -> LibraryIndexer) throws {
        let background = BackgroundIndexing(identifier: "com.example.indexing")
        background.register { try makeIndexer() }  // before the app has finished launching
        try background.schedule()  // whenever it goes to the background
    }
#endif

#if canImport(BackgroundTasks) && compiler(>=6.2) && (os(iOS) || os(Linux))
    @available(iOS 26, *)
    func whenAskedTo(_ makeIndexer: @escaping @Sendable () throws -> LibraryIndexer) throws {
        let now = ContinuedIndexing(identifier: "com.example.index-now")
        now.register { try makeIndexer() }
        try now.begin(title: "Indexing photos", subtitle: "So that you can search them")
    }
#endif
