/// What an index is told, and what takes long to read of it: over a connection of its own, so that
/// no search waits for it.
actor IndexWriter {
    private let directory: String
    private let patience: Duration
    private var opened: Catalog?

    /// Opens nothing yet.
    ///
    /// - Parameter patience: How long a change waits for another writer.
    init(directory: String, patience: Duration) {
        self.directory = directory
        self.patience = patience
    }

    /// One unchanging view of the catalog.
    func read<Found: Sendable>(_ body: @Sendable (Catalog) throws -> Found) throws -> Found {
        let catalog = try catalog()
        return try catalog.database.reading { try body(catalog) }
    }

    /// All of the changes or, if it throws, none of them; on the disk when it returns.
    func apply(_ changes: [IndexChange], in space: Space) async throws {
        let lock = try await WriterLock.take(directory: directory, patience: patience)
        let catalog = try catalog()
        let made = VectorFile.generation(path: "\(directory)/\(VectorFile.fileName)")
        if try made.map({ try $0 > catalog.generation() }) ?? true {
            // before the first photo, so that from then on a missing file means damage; and one of
            // a later generation, of a catalog that a backup has replaced, would seem good as soon
            // as the catalog is that far again
            try catalog.apply([], in: space)
            try Compaction(catalog, directory: directory).run()
        }
        try catalog.apply(changes, in: space)
        _ = consume lock
    }

    /// Makes `vectors.faiss` anew.
    ///
    /// - Parameter ifWorthwhile: Only if searches are better off.
    /// - Returns: Whether there is a newer file.
    func compact(ifWorthwhile: Bool) async throws -> Bool {
        try Task.checkCancellation()  // it takes long, and nothing is lost without it
        let lock = try await WriterLock.take(directory: directory, patience: patience)
        let compaction = Compaction(try catalog(), directory: directory)
        let isWanted = try !ifWorthwhile || compaction.isWorthwhile()
        let isNewer = try isWanted && compaction.run()
        _ = consume lock
        return isNewer
    }

    private func catalog() throws -> Catalog {
        if let opened { return opened }
        let catalog = try Catalog(directory: directory)
        opened = catalog
        return catalog
    }
}
