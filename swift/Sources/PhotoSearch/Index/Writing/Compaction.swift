import FaissFormat

/// Makes `vectors.faiss` anew. Who does holds the writer lock.
struct Compaction {
    /// Changes that are searched beside the file, whatever its size.
    private static let leastChanges = 1024
    /// And as many as one in so many vectors of the file.
    private static let share = 8

    private let catalog: Catalog
    private let path: String

    init(_ catalog: Catalog, directory: String) {
        self.catalog = catalog
        path = "\(directory)/\(VectorFile.fileName)"
    }

    /// - Returns: Whether there is a newer file.
    @discardableResult
    func run() throws -> Bool {
        let generation: Int64? = try catalog.database.reading {
            guard let space = try catalog.space() else { return nil }
            let generation = try catalog.generation()
            let file = try VectorFile.load(path: path, for: catalog, dim: space.dim)
            if file?.generation == generation { return generation }
            let vectors = try VectorRebuild.vectors(of: catalog, dim: space.dim)
            try VectorFile.save(vectors, path: path, generation: generation)
            return generation
        }
        // a process that ends here has done no harm: the file is good with the tombstones too
        guard let generation, try catalog.compacted() != generation else { return false }
        try catalog.compact(generation)
        return true
    }

    /// Whether searches are better off with a newer file.
    func isWorthwhile() throws -> Bool {
        try catalog.database.reading {
            guard let space = try catalog.space() else { return false }
            guard let file = try VectorFile.load(path: path, for: catalog, dim: space.dim) else {
                return true
            }
            let most = max(Self.leastChanges, file.index.count / Self.share)
            return try catalog.changes(since: file.generation) > most
        }
    }
}

extension Catalog {
    /// How many photos came or went after a generation.
    fileprivate func changes(since generation: Int64) throws -> Int {
        let counts = """
            SELECT (SELECT count(*) FROM photos INDEXED BY photos_by_since
            WHERE since > ?1 AND status = 'indexed')
            + (SELECT count(*) FROM tombstones WHERE generation > ?1)
            """
        guard case .integer(let count) = try database.value(counts, [.integer(generation)]) else {
            return 0
        }
        return Int(count)
    }

    /// Forgets the tombstones that a file of vectors of this generation, on the disk, makes useless.
    fileprivate func compact(_ generation: Int64) throws {
        try database.transaction("BEGIN IMMEDIATE") {
            try database.execute(
                "UPDATE meta SET value = ? WHERE key = 'compacted'", [.integer(generation)])
            try database.execute(
                "DELETE FROM tombstones WHERE generation <= ?", [.integer(generation)])
        }
    }
}
