import CPhotoSearchKernels

/// The directions in which the vectors of an index differ most: the leading eigenvectors of the
/// covariance of some of them, by orthogonal iteration (Golub and Van Loan, Matrix Computations,
/// 8.2.4). What they are is settled by the index alone, in every run.
struct PrincipalDirections {
    /// At most as many as asked for, of length 1, at right angles to each other, the most telling
    /// first.
    private(set) var directions: [[Float]]
    private let covariance: [Float]
    private let dimension: Int
    private static let rounds = 12

    /// - Parameters:
    ///   - vectors: [n, dimension], row by row.
    ///   - width: how many directions are wanted.
    /// - Complexity: O(n dimension² + width dimension²).
    init(of vectors: [Float], dimension: Int, width: Int) {
        self.dimension = dimension
        covariance = Self.covariance(of: vectors, dimension: dimension)
        var random = UInt64(dimension)
        directions = (0..<width).map { _ in (0..<dimension).map { _ in Self.next(&random) } }
        for _ in 0..<Self.rounds {
            directions = orthonormal(directions.map { Self.products($0, covariance, from: 0) })
        }
    }

    /// A number from -1 to 1: the high bits of a linear congruential generator.
    private static func next(_ state: inout UInt64) -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32)) / 0x1p31
    }

    /// [dimension, dimension], symmetric.
    private static func covariance(of vectors: [Float], dimension: Int) -> [Float] {
        let count = vectors.count / dimension
        var columns = [Float](repeating: 0, count: vectors.count)
        for place in 0..<dimension {
            var sum: Float = 0
            for row in 0..<count { sum += vectors[row * dimension + place] }
            let mean = sum / Float(count)
            for row in 0..<count {
                columns[place * count + row] = vectors[row * dimension + place] - mean
            }
        }
        var out = [Float](repeating: 0, count: dimension * dimension)
        for place in 0..<dimension {
            let column = Array(columns[place * count..<(place + 1) * count])
            let products = products(column, columns, from: place)
            for (other, product) in zip(place..., products) {
                out[place * dimension + other] = product
                out[other * dimension + place] = product
            }
        }
        return out
    }

    /// The inner products of a vector with the rows of a matrix, from one of them on.
    private static func products(_ vector: [Float], _ matrix: [Float], from first: Int) -> [Float] {
        let dim = vector.count
        let count = dim == 0 ? 0 : matrix.count / dim - first
        var out = [Float](repeating: 0, count: count)
        matrix.withUnsafeBytes { bytes in
            var rows = ps_rows(
                codes: bytes.baseAddress, stride: 4 * dim, dim: dim, at: nil, first: first,
                count: count)
            Kernels.used.dot_f32(vector, &rows, &out)
        }
        return out
    }

    /// Gram and Schmidt's. Vectors that depend on those before them are left out.
    private func orthonormal(_ vectors: [[Float]]) -> [[Float]] {
        var out: [Float] = []
        var kept: [[Float]] = []
        for vector in vectors {
            let before = Self.length(vector)
            var rest = vector
            for _ in 0..<2 {  // once more for what rounding has left
                let shares = Self.products(rest, out, from: 0)
                for (other, share) in zip(kept, shares) {
                    for place in rest.indices { rest[place] -= share * other[place] }
                }
            }
            let length = Self.length(rest)
            guard length.isFinite, length > 1e-5 * before else { continue }
            rest = rest.map { $0 / length }
            kept.append(rest)
            out += rest
        }
        return kept
    }

    private static func length(_ vector: [Float]) -> Float {
        vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}

/// The inner products of stored vectors with a few directions, less what is the same for all.
struct Projection: Sendable {
    private let scorers: [RowScorer]
    private let bytes: [ByteScan?]
    private let storage: VectorStorage

    init(of storage: VectorStorage, on directions: [[Float]]) {
        self.storage = storage
        scorers = directions.map {
            RowScorer(query: $0, storage: storage, metric: .innerProduct)
        }
        bytes = scorers.map { ByteScan($0, greatest: 127) }  // the same codes on every processor
    }

    /// Calls `body` with the numbers of the rows along each direction in turn. Of rows of bytes they
    /// are exact to a percent of how much the rows differ, which for short codes is enough.
    func withNumbers(
        ofRows first: Int, count: Int, chosen: UnsafePointer<UInt32>? = nil,
        _ body: (_ direction: Int, UnsafePointer<Float>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { room in
            guard let numbers = room.baseAddress else { return }
            storage.withRows(from: first, count: count, chosen: chosen) { rows in
                for (place, scorer) in scorers.enumerated() {
                    if let bytes = bytes[place] {
                        bytes.score(&rows, into: numbers)
                    } else {
                        scorer.score(&rows, into: numbers)
                    }
                    body(place, numbers)
                }
            }
        }
    }
}
