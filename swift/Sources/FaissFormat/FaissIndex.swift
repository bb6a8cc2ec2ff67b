#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An index that FAISS or this library has written, searched where it lies in its file.
///
/// ```swift
/// let index = try FaissIndex(contentsOf: URL(fileURLWithPath: "vectors.faiss"))
/// for hit in try index.search(query, k: 20) { print(hit.id, hit.score) }
/// ```
///
/// The file is mapped into memory, not read: opening takes as long as checking it, and the system
/// may drop its pages at any time. Whoever replaces the file must write a new one and rename it;
/// cutting a mapped file short kills the process.
public struct FaissIndex: Sendable {
    /// Numbers in a query.
    public let dimension: Int
    /// How many vectors it holds.
    public let count: Int
    /// How their likeness to a query is measured.
    public let metric: Metric
    /// How their numbers are stored.
    public var format: VectorFormat { storage.format }
    /// What it is made of in the notation of FAISS's index factory, such as `IDMap2,SQ8`.
    public let kind: String
    /// How long it is in bytes; the file may go on after it.
    public let byteCount: Int

    let transforms: [Transform]
    let storage: VectorStorage
    let graph: HNSWGraph?
    let ids: RowIDs

    /// Maps a file and checks it.
    ///
    /// - Parameter url: a file.
    /// - Throws: `FaissError`.
    /// - Complexity: O(1) in the vectors, O(n) in ids and links.
    public init(contentsOf url: URL) throws {
        try self.init(contentsOfFile: url.path)
    }

    /// The same, for who has no URL.
    package init(contentsOfFile path: String) throws {
        try self.init(mapFile(atPath: path))
    }

    /// Reads an index from memory.
    ///
    /// - Parameter data: the file's bytes. They are shared, not copied.
    /// - Throws: `FaissError`.
    public init(_ data: Data) throws {
        try Kernels.check()
        var reader = IndexReader(data)
        let content = try reader.read()
        dimension = content.header.dimension
        count = content.header.count
        metric = content.header.metric
        kind = content.layers.joined(separator: ",")
        byteCount = reader.offset
        transforms = content.transforms
        storage = content.storage
        graph = content.graph
        ids = RowIDs(stored: content.ids, count: content.header.count)
    }

    /// The id of a vector.
    ///
    /// - Parameter row: its place in the file, from 0.
    /// - Returns: the id that it was added with; `row` if it was added with none.
    public func id(ofRow row: Int) -> Int64 {
        precondition(row >= 0 && row < count, "row \(row) of \(count)")
        return ids[row]
    }

    /// A vector as it is stored, after any transform.
    ///
    /// - Parameter row: its place in the file, from 0.
    /// - Returns: its numbers.
    public func vector(atRow row: Int) -> [Float] {
        precondition(row >= 0 && row < count, "row \(row) of \(count)")
        var out = [Float](repeating: 0, count: storage.dimension)
        out.withUnsafeMutableBufferPointer { room in
            guard let start = room.baseAddress else { return }
            storage.withRows(from: row, count: 1) { storage.decode(&$0, into: start) }
        }
        return out
    }
}
