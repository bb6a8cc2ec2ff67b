/// What an index consists of.
public struct IndexDetails: Sendable, Equatable {
    /// The file of vectors.
    public struct Base: Sendable, Equatable {
        public let vectors: Int
        /// Of the catalog when it was made.
        public let generation: Int64
        public let sizeBytes: Int
        /// Photos that came since, whose vectors are read from the catalog.
        public let added: Int
        /// Photos of the file that are gone.
        public let gone: Int
    }

    /// How vectors are stored, as faiss names it.
    public let kind: String
    public let catalogBytes: Int
    /// nil if the file is missing, damaged or too old: then vectors are built from the catalog.
    public let base: Base?
}

extension PhotoIndex {
    /// What the index consists of, as it is now.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexDamaged` or `storage`.
    public func details() throws -> IndexDetails {
        try catalog.database.reading {
            guard case .text(let kind) = try catalog.meta("kind") else {
                throw PhotoSearchError(
                    .indexDamaged, "\(catalog.database.path): kind: expected a name")
            }
            return IndexDetails(
                kind: kind, catalogBytes: Self.size(catalog.database.path), base: try base())
        }
    }

    private func base() throws -> IndexDetails.Base? {
        let file = "\(path)/\(VectorFile.fileName)"
        guard let space = try catalog.space(),
            let found = try VectorFile.load(path: file, for: catalog, dim: space.dim)
        else { return nil }
        func count(_ sql: String) throws -> Int {
            let value = try catalog.database.value(sql, [.integer(found.generation)])
            guard case .integer(let count) = value else { return 0 }
            return Int(count)
        }
        return IndexDetails.Base(
            vectors: found.index.count, generation: found.generation, sizeBytes: Self.size(file),
            added: try count("SELECT count(*) FROM photos WHERE status = 'indexed' AND since > ?"),
            gone: try count("SELECT count(*) FROM tombstones WHERE generation > ?"))
    }

    private static func size(_ path: String) -> Int {
        do {
            return try OpenFile(path).size()
        } catch {
            return 0
        }
    }
}
