import CPhotoSearchKernels

/// An exact search: every permitted row is scored.
struct Scan: Sendable {
    let scorer: RowScorer
    let bytes: ByteScan?
    /// How many rows are scored before the best of them are taken: few enough for the cache.
    private static let block = 1024

    init(scorer: RowScorer) {
        self.scorer = scorer
        bytes = ByteScan(scorer)
    }

    /// The best `limit` of the rows, best first. The scores lack the scorer's bias.
    ///
    /// - Complexity: O(rows × dimension)
    func best(_ limit: Int, of rows: RowSet, firstRows: Bool) -> [ps_hit] {
        var best = BestHits(limit: limit, firstRows: firstRows)
        var ranked = 0
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.block) { room in
            guard let scores = room.baseAddress else { return }
            for start in stride(from: 0, to: rows.count, by: Self.block) {
                withBlock(of: rows, from: start) { block in
                    if let bytes, ByteScan.isWorthwhile(ranked: ranked, of: start) {
                        ranked += bytes.scan(&block, into: &best, scores: scores)
                    } else {
                        scorer.score(&block, into: scores)
                        best.offer(&block, scores: scores)
                    }
                }
            }
        }
        return best.sorted()
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
