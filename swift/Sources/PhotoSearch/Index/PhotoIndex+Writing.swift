import FaissFormat

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension PhotoIndex {
    /// How the vectors of a new index are stored, named as faiss names them.
    public enum Kind: String, Sendable, CaseIterable {
        /// A byte a number: what searches need, and the smallest.
        case sq8 = "SQ8"
        case sqfp16 = "SQfp16"
        case flat = "Flat"
    }

    /// Opens an index, or makes an empty one where there is none.
    ///
    /// - Throws: as `init(at:encoder:)`; of kind `storage` if the folder cannot be written to.
    public static func create(
        at url: URL, kind: Kind = .sq8, encoder: (any TextEncoder)? = nil
    ) throws -> PhotoIndex {
        try Catalog.create(directory: url.path, kind: kind)
        return try PhotoIndex(at: url, encoder: encoder)
    }

    /// Every photo in the order of ids, whatever became of it.
    public func photos() throws -> [IndexedPhoto] {
        try catalog.database.reading { try catalog.all() }
    }

    /// Whether the vector of a content is stored, so that a photo of it needs none.
    ///
    /// - Parameter contentHash: SHA-256 in hex.
    public func holds(contentHash: String) throws -> Bool {
        try catalog.database.reading { try catalog.holds(contentHash: contentHash) }
    }

    /// Writes down all of the changes or, if it throws or the process ends, none of them.
    ///
    /// Searches see them at once, without making the vectors again. `publish` now and then, so that
    /// the next process finds most of them in their file.
    ///
    /// - Parameters:
    ///   - changes: In order; a few dozen at a time, since a killed process loses them all.
    ///   - space: Of the vectors among the changes; the first one is the index's from then on.
    /// - Throws: `PhotoSearchError` of kind `indexLocked` if somebody else is writing,
    ///   `wrongSpace`, `shape` for a vector of another width, `usage` for a content without a
    ///   vector that is not stored, `storage`.
    /// - Complexity: O(m) for m changes.
    public func apply(_ changes: [IndexChange], in space: Space) throws {
        let lock = try WriterLock(directory: path)
        if !VectorFile.exists("\(path)/\(VectorFile.fileName)") {
            // before the first photo, so that from then on a missing file means damage
            try catalog.apply([], in: space)
            try renewVectors()
        }
        try catalog.apply(changes, in: space)
        _ = consume lock
    }

    /// Renews `vectors.faiss` if so many photos came or went since it was written that searches
    /// are better off: more than 1024, and more than an eighth of those in the file.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexLocked` or `storage`; the old file stays.
    /// - Complexity: O(n) in all photos where it is renewed.
    public func publish() throws {
        let lock = try WriterLock(directory: path)
        if try catalog.database.reading(isWorthRenewing) { try renewVectors() }
        _ = consume lock
    }

    /// Renews `vectors.faiss` if anything has changed since it was written.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexLocked` or `storage`; the old file stays.
    /// - Complexity: O(n) in all photos.
    public func compact() throws {
        let lock = try WriterLock(directory: path)
        try renewVectors()
        _ = consume lock
    }

    private func isWorthRenewing() throws -> Bool {
        guard let space = try catalog.space() else { return false }
        guard let file = try vectorFile(space) else { return true }
        let (least, share) = (1024, 8)
        return try catalog.changes(since: file.generation) > max(least, file.index.count / share)
    }

    private func vectorFile(_ space: Space) throws -> (index: FaissIndex, generation: Int64)? {
        VectorFile.load(
            path: "\(path)/\(VectorFile.fileName)", oldest: try catalog.compacted(),
            newest: try catalog.generation(), dim: space.dim)
    }

    private func renewVectors() throws {
        let generation: Int64? = try catalog.database.reading {
            guard let space = try catalog.space() else { return nil }
            let generation = try catalog.generation()
            if try vectorFile(space)?.generation == generation { return generation }
            let vectors = try VectorRebuild.vectors(of: catalog, dim: space.dim)
            let file = "\(path)/\(VectorFile.fileName)"
            try VectorFile.save(vectors, path: file, generation: generation)
            return generation
        }
        // a process that ends here has done no harm: the file is good with the tombstones too
        if let generation, try catalog.compacted() != generation {
            try catalog.compact(generation)
            forgetVectors()
        }
    }
}

extension Catalog {
    /// How many photos came or went after a generation.
    func changes(since generation: Int64) throws -> Int {
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
    func compact(_ generation: Int64) throws {
        try database.transaction("BEGIN IMMEDIATE") {
            try database.execute(
                "UPDATE meta SET value = ? WHERE key = 'compacted'", [.integer(generation)])
            try database.execute(
                "DELETE FROM tombstones WHERE generation <= ?", [.integer(generation)])
        }
    }
}
