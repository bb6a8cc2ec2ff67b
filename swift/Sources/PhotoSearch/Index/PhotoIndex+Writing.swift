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
        let codec = VectorRebuild.Codec(rawValue: kind.rawValue) ?? .sq8
        try Catalog.create(directory: url.path, codec: codec)
        return try PhotoIndex(at: url, encoder: encoder)
    }

    /// Every photo in the order of ids, whatever became of it.
    public func photos() throws -> [IndexedPhoto] {
        try catalog.database.reading { try catalog.all() }
    }

    /// Writes down all of the changes or, if it throws or the process ends, none of them.
    ///
    /// Searches see them at once. `publish` afterwards, so that the next process need not build
    /// the vectors from the catalog.
    ///
    /// - Parameters:
    ///   - changes: In order; a few dozen at a time, since a killed process loses them all.
    ///   - space: Of the vectors among the changes; the first one is the index's from then on.
    /// - Throws: `PhotoSearchError` of kind `indexLocked` if somebody else is writing,
    ///   `wrongSpace`, `shape` for a vector of another width, `storage`.
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

    /// Renews `vectors.faiss` if the photos have changed since it was written.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexLocked` or `storage`; the old file stays.
    /// - Complexity: O(n) in all photos.
    public func publish() throws {
        let lock = try WriterLock(directory: path)
        try renewVectors()
        _ = consume lock
    }

    private func renewVectors() throws {
        let file = "\(path)/\(VectorFile.fileName)"
        try catalog.database.reading {
            guard let space = try catalog.space() else { return }
            let generation = try catalog.generation()
            let found = VectorFile.load(path: file, generation: generation, dim: space.dim)
            if found != nil { return }
            let payload = try VectorRebuild.payload(of: catalog, dim: space.dim)
            try VectorFile.save(payload, path: file, generation: generation)
        }
    }
}
