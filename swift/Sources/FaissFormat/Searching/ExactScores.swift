import CPhotoSearchKernels

/// What decides between rows: scores that every processor, and Python, gets to the bit.
///
/// A score is the inner product of the query with the vector as `FaissIndex.vector(atRow:)` tells
/// it, or minus their squared distance, added up in float64 as `photosearch_exact.h` says, and
/// rounded to float32 at the end. The same as `photosearch/index/nearest.py`.
struct ExactScores {
    /// Half a unit in the last place of 1, in float32.
    private static let rounding = 0x1p-24

    let scorer: RowScorer

    /// The rows with their scores, in the same order.
    func hits(_ rows: [UInt32]) -> [ps_hit] {
        let near = scorer.isInnerProduct ? ps_exact_dot : ps_exact_near
        let query = scorer.query
        return mapDecoded(rows) { row, vector, room in
            ps_hit(score: Float(near(query, vector, query.count, room)), row: row)
        }
    }

    /// How far apart the scan's scores of two rows may be where those here are equal, or come in
    /// the other order.
    ///
    /// Any scan adds at least eight sums side by side, so that n numbers are added in n / 8 steps
    /// and a few more; each step errs by half a unit of the sum of magnitudes at most (Higham,
    /// Accuracy and Stability of Numerical Algorithms, 2002, eq. 4.4).
    ///
    /// - Parameters:
    ///   - score: The scan's, of the rows in question.
    ///   - rows: Some others. Those in question may be twice as long, not more.
    func doubt(about score: Float, _ rows: [UInt32]) -> Float {
        let steps = Double(scorer.query.count / 8 + 16) * Self.rounding
        return Float(2 * steps * magnitude(score, rows)).nextUp
    }

    /// The sum of the magnitudes of what is added up, at most.
    private func magnitude(_ score: Float, _ rows: [UInt32]) -> Double {
        guard scorer.isInnerProduct else { return 2 * Double(score.magnitude) }
        let query = scorer.query
        let storage = scorer.storage
        switch storage.format {
        case .byte, .byteUniform:
            return query.indices.reduce(0) { sum, place in
                let reach = storage.low[place].magnitude + storage.width[place].magnitude
                return sum + Double(query[place].magnitude) * Double(reach)
            }
        case .byteDirect, .byteDirectSigned:
            return 255 * query.reduce(0) { $0 + Double($1.magnitude) }
        case .float32, .float16, .bfloat16:
            let length = query.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            return 2 * length * greatestLength(rows)
        }
    }

    private func greatestLength(_ rows: [UInt32]) -> Double {
        let squares = mapDecoded(rows) { _, vector, room in square(of: vector, room) }
        return (squares.max() ?? 0).squareRoot()
    }

    private func square(
        of vector: UnsafePointer<Float>, _ room: UnsafeMutablePointer<Double>
    ) -> Double {
        let dim = scorer.query.count
        var row = ps_rows(codes: vector, stride: 4 * dim, dim: dim, at: nil, first: 0, count: 1)
        var square: Float = 0
        Kernels.used.dot_f32(vector, &row, &square)
        // What is beyond this, or so little that its parts may be lost, float32 cannot tell.
        if square > 1e-20, square < 1e30 { return Double(square) }
        return ps_exact_dot(vector, vector, dim, room)
    }

    /// What `body` makes of each row, its vector, and room for as many numbers.
    private func mapDecoded<Result>(
        _ rows: [UInt32],
        _ body: (UInt32, UnsafePointer<Float>, UnsafeMutablePointer<Double>) -> Result
    ) -> [Result] {
        let dim = scorer.query.count
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: max(dim, 1)) { vector in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: max(dim, 1)) { room in
                guard let vector = vector.baseAddress, let room = room.baseAddress else {
                    return []
                }
                return rows.map { row in
                    scorer.storage.withRows(from: Int(row), count: 1) {
                        scorer.storage.decode(&$0, into: vector)
                    }
                    return body(row, UnsafePointer(vector), room)
                }
            }
        }
    }
}
