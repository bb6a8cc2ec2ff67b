import CPhotoSearchKernels

/// A faster exact scan of rows of bytes: with the query in bytes too, most rows can be ruled out.
///
/// The weights w of the scorer are rounded to q = round(w / s), of magnitude 127 at most, or what the
/// processor multiplies with less work (`ps_kernels.small`). The inner product with a row
/// c of bytes is then s q·c + r·c, where r = w - s q, and every c is between 0 and 255, so that
/// r·c <= 127.5 (sum r + sum |r|). A row can only be among the best if s q·c plus that exceeds the
/// worst of the best so far. Those few rows are scored exactly, so the result is the plain scan's.
struct ByteScan: Sendable {
    private let scorer: RowScorer
    private let query: [Int8]
    private let step: Double
    /// The most by which s q·c can fall short of the score.
    private let slack: Double

    /// Nil where rows are not bytes, or the query has no finite step.
    ///
    /// - Parameter greatest: The greatest magnitude of the query's bytes.
    init?(_ scorer: RowScorer, greatest: Int8) {
        switch scorer.storage.format {
        case .byte, .byteUniform, .byteDirect, .byteDirectSigned: break
        case .float32, .float16, .bfloat16: return nil
        }
        guard scorer.isInnerProduct else { return nil }
        let weights = scorer.weights.map(Double.init)
        let most = Double(greatest)
        let step = weights.reduce(0) { max($0, $1.magnitude) } / most
        guard step > 0, weights.allSatisfy(\.isFinite) else { return nil }
        self.scorer = scorer
        self.step = step
        query = weights.map { Int8(max(-most, min(most, ($0 / step).rounded()))) }
        let rounding = 1e-5 * max(1, Double(weights.count) / 512)  // of sums in float32, at most
        var slack = 0.0
        for (weight, rounded) in zip(weights, query) {
            let rest = weight - step * Double(rounded)
            slack += 127.5 * (rest + rest.magnitude)
            slack += 255 * weight.magnitude * rounding
        }
        self.slack = slack
    }

    /// Whether ruling out pays: not where a fourth of the rows have to be scored after all.
    static func isWorthwhile(ranked: Int, of rows: Int) -> Bool {
        rows < 8192 || ranked < rows / 4
    }

    /// Takes the best of a block. Returns how many rows had to be scored. For bytes of magnitude `small`
    /// at most.
    ///
    /// - Parameter scores: room for the scores of the block.
    func scan(
        _ block: inout ps_rows, into best: inout BestHits, scores: UnsafeMutablePointer<Float>
    ) -> Int {
        let least = least(toExceed: best.threshold)
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: block.count) { sums in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: block.count) { rows in
                guard let sums = sums.baseAddress, let rows = rows.baseAddress else { return 0 }
                Kernels.used.dot_small(query, &block, sums)
                var some = block
                some.count = ps_select_i32(&block, sums, least, rows)
                some.at = UnsafePointer(rows)
                scorer.score(&some, into: scores)
                best.offer(&some, scores: scores)
                return some.count
            }
        }
    }

    /// Writes the scores of the query in bytes: those of the scorer, rounded.
    func score(_ block: inout ps_rows, into scores: UnsafeMutablePointer<Float>) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: block.count) { room in
            guard let sums = room.baseAddress else { return }
            let units = Float(step)
            Kernels.used.dot_i8(query, &block, sums)
            for place in 0..<block.count { scores[place] = units * Float(sums[place]) }
        }
    }

    /// The least sum of products of bytes with which a row can have a score above the threshold.
    private func least(toExceed threshold: Float) -> Int32 {
        let least = ((Double(threshold) - slack) / step).rounded(.down)
        return least <= Double(Int32.min) ? .min : least >= Double(Int32.max) ? .max : Int32(least)
    }
}
