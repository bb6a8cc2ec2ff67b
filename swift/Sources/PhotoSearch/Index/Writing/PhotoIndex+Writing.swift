// Making an index and writing to it, one writer at a time.

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
    /// - Parameters:
    ///   - url: The directory.
    ///   - kind: How a new index stores its vectors.
    ///   - encoder: What turns words into vectors; nil if only vectors are searched for.
    ///   - patience: How long a change waits while somebody else is writing.
    /// - Throws: as `init(at:encoder:patience:)`; of kind `storage` if the folder cannot be written to.
    public static func create(
        at url: URL, kind: Kind = .sq8, encoder: (any TextEncoder)? = nil,
        patience: Duration = .zero
    ) throws -> PhotoIndex {
        try Kernels.checkNamed()
        try Catalog.create(directory: url.path, kind: kind)
        return try PhotoIndex(at: url, encoder: encoder, patience: patience)
    }

    /// Photos in the order of ids, whatever became of them.
    ///
    /// - Complexity: O(m log n) for m photos that are named or indexed in part; O(n) in all photos
    ///   otherwise.
    public nonisolated func photos(_ which: PhotoRows = .all) async throws -> [IndexedPhoto] {
        try await writer.read { try $0.photos(which) }
    }

    /// The photo that a hit is of; nil if it is there no more.
    public nonisolated func photo(id: Int64) async throws -> IndexedPhoto? {
        try await writer.read { try $0.photos(where: "id", among: [.integer(id)]).first }
    }

    /// The photo of a name, for example of a `PHAsset.localIdentifier`; nil if there is none.
    public nonisolated func photo(named source: PhotoSource) async throws -> IndexedPhoto? {
        try await photos(.named([source])).first
    }

    /// Whether the vector of a content is stored, so that a photo of it needs none.
    ///
    /// - Parameter contentHash: SHA-256 in hex.
    public nonisolated func holds(contentHash: String) async throws -> Bool {
        try await writer.read { try $0.holds(contentHash: contentHash) }
    }

    /// Writes down all of the changes or, if it throws or the process ends, none of them.
    ///
    /// Searches go on meanwhile, and see them at once, without making the vectors again. `publish` now
    /// and then, so that the next process finds most of them in their file.
    ///
    /// - Parameters:
    ///   - changes: In order; a few dozen at a time, since a killed process loses them all.
    ///   - space: Of the vectors among the changes; the first one is the index's from then on.
    /// - Throws: `PhotoSearchError` of kind `indexLocked` if somebody else is writing,
    ///   `wrongSpace`, `shape` for a vector of another width, `usage` for a content without a
    ///   vector that is not stored, `storage`.
    /// - Complexity: O(m) for m changes.
    public nonisolated func apply(_ changes: [IndexChange], in space: Space) async throws {
        try await writer.apply(changes, in: space)
    }

    /// Renews `vectors.faiss` if so many photos came or went since it was written that searches
    /// are better off: more than 1024, and more than an eighth of those in the file. Searches go on
    /// meanwhile.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexLocked` or `storage`; the old file stays.
    /// - Complexity: O(n) in all photos where it is renewed.
    public func publish() async throws {
        if try await writer.compact(ifWorthwhile: true) { forgetVectors() }
    }

    /// Renews `vectors.faiss` if anything has changed since it was written. Searches go on
    /// meanwhile; changes wait.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexLocked` or `storage`; the old file stays.
    /// - Complexity: O(n) in all photos.
    public func compact() async throws {
        if try await writer.compact(ifWorthwhile: false) { forgetVectors() }
    }
}
