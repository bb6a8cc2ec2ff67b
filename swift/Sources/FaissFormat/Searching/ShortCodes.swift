import CPhotoSearchKernels

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The first few numbers of every vector of an index, side by side: a large index is first searched
/// by these alone, and what they find is then scored exactly.
///
/// That is worth it for several hundred thousand vectors of a model whose embeddings may be cut
/// (see `widths` in its manifest). Of any other model's, it finds the wrong ones.
///
/// ```swift
/// let codes = try ShortCodes(of: index, width: 128)
/// let options = SearchOptions(firstPass: FirstPass(codes: codes, keep: 2000))
/// let hits = try index.search(query, k: 20, options: options)
/// ```
public struct ShortCodes: Sendable {
    let storage: VectorStorage

    /// - Parameters:
    ///   - index: an index of bytes, compared by inner product, without links.
    ///   - width: how many numbers to take.
    /// - Throws: `FaissError.unsupported` for any other index, `FaissError.outOfRange`.
    /// - Complexity: O(n × width), and as many bytes of memory.
    public init(of index: FaissIndex, width: Int) throws {
        let full = index.storage
        guard full.format == .byte || full.format == .byteUniform, index.graph == nil,
            index.metric == .innerProduct
        else { throw FaissError.unsupported(what: "short codes", got: index.kind) }
        guard (1...full.dimension).contains(width) else {
            throw FaissError.outOfRange(
                argument: "width", got: width, expected: "1 to \(full.dimension)")
        }
        var data = Data(capacity: full.count * width)
        full.codes.withBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: full.codeSize) {
                data.append(contentsOf: bytes[start..<start + width])
            }
        }
        storage = VectorStorage(
            format: .byte, dimension: width, count: full.count,
            codes: StoredArray(data: data, offset: 0, count: data.count),
            low: Array(full.low[..<width]), width: Array(full.width[..<width]))
    }
}

/// How a large index is searched by short codes first.
public struct FirstPass: Sendable {
    /// Of the index that is searched.
    public var codes: ShortCodes
    /// How many of the best by their short codes are then scored exactly.
    public var keep: Int

    public init(codes: ShortCodes, keep: Int) {
        self.codes = codes
        self.keep = keep
    }

    /// The rows to score, in ascending order.
    func rows(_ query: [Float], of rows: RowSet) -> RowSet {
        let storage = codes.storage
        let short = Array(query[..<storage.dimension])
        let scorer = RowScorer(query: short, storage: storage, metric: .innerProduct)
        let scan = Scan(scorer: scorer, isRough: true)
        let best = scan.best(min(keep, rows.count), of: rows, firstRows: true)
        return .chosen(best.map(\.row).sorted())
    }
}
