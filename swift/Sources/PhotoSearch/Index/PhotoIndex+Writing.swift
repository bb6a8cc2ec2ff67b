// Making an index and writing to it, one writer at a time.

import FaissFormat

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
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
        try Kernels.checkNamed()
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
    public func apply(_ changes: [IndexChange], in space: Space) async throws {
        await waitForCompaction()
        let lock = try WriterLock(directory: path)
        let made = VectorFile.generation(path: "\(path)/\(VectorFile.fileName)")
        if try made.map({ try $0 > catalog.generation() }) ?? true {
            // before the first photo, so that from then on a missing file means damage; and one of
            // a later generation, of a catalog that a backup has replaced, would seem good as soon
            // as the catalog is that far again
            try catalog.apply([], in: space)
            try Compaction(catalog, directory: path).run()
        }
        try catalog.apply(changes, in: space)
        _ = consume lock
    }

    /// Renews `vectors.faiss` if so many photos came or went since it was written that searches
    /// are better off: more than 1024, and more than an eighth of those in the file. Searches go on
    /// meanwhile.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexLocked` or `storage`; the old file stays.
    /// - Complexity: O(n) in all photos where it is renewed.
    public func publish() async throws {
        try await compact(ifWorthwhile: true)
    }

    /// Renews `vectors.faiss` if anything has changed since it was written. Searches go on
    /// meanwhile; changes wait.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexLocked` or `storage`; the old file stays.
    /// - Complexity: O(n) in all photos.
    public func compact() async throws {
        try await compact(ifWorthwhile: false)
    }

    private func compact(ifWorthwhile: Bool) async throws {
        await waitForCompaction()
        // with a connection of its own, so that searches go on meanwhile
        let task = Task.detached { [path] in
            try Compaction.run(directory: path, ifWorthwhile: ifWorthwhile)
        }
        compacting = task
        defer { if compacting == task { compacting = nil } }
        if try await task.value { forgetVectors() }
    }

    private func waitForCompaction() async {
        while let running = compacting {
            _ = await running.result
            if compacting == running { compacting = nil }
        }
    }
}

/// One writer at a time: the operating-system lock that Python takes too, gone with its process
/// however that ends. Readers are never in the way.
struct WriterLock: ~Copyable {
    static let fileName = "writer.lock"

    private let descriptor: Int32

    /// - Throws: `PhotoSearchError` of kind `indexLocked` at once if somebody else is writing,
    ///   `storage` if the folder cannot be written to.
    init(directory: String) throws(PhotoSearchError) {
        let path = "\(directory)/\(Self.fileName)"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw PhotoSearchError(.storage, "\(path): \(FileError.last)")
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw PhotoSearchError(
                    .indexLocked,
                    """
                    \(directory): another process is writing to this index; searching works \
                    meanwhile, try to write again when it is done
                    """)
            }
            // who held it before may have deleted the file: then the lock is of nothing
            if Self.isSame(descriptor, path) {
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
        var held = stat()
        var named = stat()
        return fstat(descriptor, &held) == 0 && stat(path, &named) == 0
            && held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }
}
