import CPhotoSearchKernels

/// The best hits so far.
struct BestHits {
    private var hits: [ps_hit]
    private var count = 0
    private let firstRows: Bool

    /// - Parameters:
    ///   - limit: how many to keep.
    ///   - firstRows: see `ps_top`.
    init(limit: Int, firstRows: Bool) {
        hits = [ps_hit](repeating: ps_hit(), count: limit)
        self.firstRows = firstRows
    }

    /// Whether a score must exceed another to be kept.
    var isFull: Bool { count == hits.count }

    /// What a score must exceed to be kept.
    var threshold: Float {
        if !isFull { return -.greatestFiniteMagnitude }
        return hits.first?.score ?? .infinity
    }

    private mutating func change(_ body: (inout ps_top) -> Void) {
        hits.withUnsafeMutableBufferPointer { room in
            var top = ps_top(
                hits: room.baseAddress, limit: room.count, count: count, lowest_first: firstRows)
            body(&top)
            count = top.count
        }
    }

    mutating func offer(_ rows: inout ps_rows, scores: UnsafePointer<Float>) {
        change { top in ps_top_offer(&top, &rows, scores) }
    }

    mutating func offer(_ others: [ps_hit]) {
        change { top in ps_top_merge(&top, others, others.count) }
    }

    /// The hits, best first.
    consuming func sorted() -> [ps_hit] {
        change { top in ps_top_sort(&top) }
        return Array(hits[..<count])
    }
}
