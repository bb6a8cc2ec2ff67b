import CPhotoSearchKernels

/// An exact search: every permitted row is scored.
///
/// The processor's own scan leaves a few more than asked for, and `ExactScores` decides among them:
/// no row is missed that would be among the best by those.
struct Scan: Sendable {
    private let scorer: RowScorer
    private let bytes: ByteScan?
    /// How many rows are scored before the best of them are taken: few enough for the cache.
    private static let block = 1024

    /// - Parameter rows: how many there will be to look at.
    init(scorer: RowScorer, rows: Int) {
        self.scorer = scorer
        // It rules out none of the first block.
        bytes = rows > Self.block ? ByteScan(scorer, greatest: Kernels.used.small) : nil
    }

    /// The best `limit` of the rows, best first.
    ///
    /// - Complexity: O(rows × dimension)
    func best(_ limit: Int, of rows: RowSet, firstRows: Bool) -> [ps_hit] {
        Self.best(limit, of: candidates(limit, of: rows), firstRows: firstRows)
    }

    /// The best `limit` of candidates of parts, best first.
    static func best(_ limit: Int, of candidates: [ps_hit], firstRows: Bool) -> [ps_hit] {
        var best = BestHits(limit: limit, firstRows: firstRows)
        best.offer(candidates.sorted { $0.row < $1.row })
        return best.sorted()
    }

    /// All rows that can be among the best `limit`, with the scores that decide.
    func candidates(_ limit: Int, of rows: RowSet) -> [ps_hit] {
        guard limit > 0 else { return [] }
        let exact = ExactScores(scorer: scorer)
        let wanted = limit + limit / 8 + 16
        let near = nearest(min(wanted, rows.count), of: rows)
        guard near.count > limit else { return exact.hits(near.map(\.row)) }
        let last = near[limit - 1].score
        let least = last - exact.doubt(about: last, near.map(\.row))
        if near.count == wanted, wanted < rows.count, near[wanted - 1].score >= least {
            return exact.hits(self.rows(rows, from: least))
        }
        // Beyond what float32 can hold, `least` is not a number, and nothing is ruled out.
        return exact.hits(near.prefix { !($0.score < least) }.map(\.row))
    }

    /// The best by the processor's scan, best first. Their scores lack the scorer's bias.
    private func nearest(_ limit: Int, of rows: RowSet) -> [ps_hit] {
        var best = BestHits(limit: limit, firstRows: true)
        var ranked = 0
        withBlocks(of: rows) { block, start, scores in
            if let bytes, best.isFull, ByteScan.isWorthwhile(ranked: ranked, of: start) {
                ranked += bytes.scan(&block, into: &best, scores: scores)
            } else {
                scorer.score(&block, into: scores)
                best.offer(&block, scores: scores)
            }
        }
        return best.sorted()
    }

    /// Those of the rows whose score by the processor's scan is `least` or more.
    private func rows(_ rows: RowSet, from least: Float) -> [UInt32] {
        var found: [UInt32] = []
        withBlocks(of: rows) { block, _, scores in
            scorer.score(&block, into: scores)
            for place in 0..<block.count where scores[place] >= least {
                found.append(block.at.map { $0[place] } ?? UInt32(block.first + place))
            }
        }
        return found
    }

    /// Calls `body` with a block of rows at a time, its place among them, and room for its scores.
    private func withBlocks(
        of rows: RowSet, _ body: (inout ps_rows, Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.block) { room in
            guard let scores = room.baseAddress else { return }
            for start in stride(from: 0, to: rows.count, by: Self.block) {
                withBlock(of: rows, from: start) { body(&$0, start, scores) }
            }
        }
    }

    private func withBlock(of rows: RowSet, from start: Int, _ body: (inout ps_rows) -> Void) {
        let count = min(Self.block, rows.count - start)
        switch rows {
        case .range(let range):
            scorer.storage.withRows(from: range.lowerBound + start, count: count) { body(&$0) }
        case .chosen(let chosen):
            chosen.withUnsafeBufferPointer { chosen in
                let at = chosen.baseAddress.map { $0 + start }
                scorer.storage.withRows(count: count, chosen: at) { body(&$0) }
            }
        }
    }
}

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
