import CPhotoSearchKernels

/// Where the numbers along one direction lie.
struct CodeRange {
    let low: Float
    /// How many units of a code 1 is; 0 where all numbers are the same.
    let scale: Float

    /// What a unit of a code is worth.
    var step: Float { scale > 0 ? 1 / scale : 0 }

    /// Four standard deviations to either side of the mean, in 127 steps.
    init(_ numbers: UnsafeBufferPointer<Float>) {
        let count = Double(max(numbers.count, 1))
        let mean = numbers.reduce(0) { $0 + Double($1) } / count
        let variance = numbers.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
        let reach = 4 * variance.squareRoot()
        low = Float(mean - reach)
        scale = reach > 0 && reach.isFinite ? Float(127 / (2 * reach)) : 0
    }
}

/// Some vectors of an index, evenly apart, from which its short codes are learnt.
struct CodeSample {
    private let storage: VectorStorage
    private let rows: [UInt32]
    private let vectors: [Float]
    private static let most = 4096

    init(of storage: VectorStorage) {
        let dimension = storage.dimension
        let apart = max(1, (storage.count + Self.most - 1) / Self.most)
        var rows: [UInt32] = []
        var vectors: [Float] = []
        var vector = [Float](repeating: 0, count: dimension)
        for row in stride(from: 0, to: storage.count, by: apart) {
            vector.withUnsafeMutableBufferPointer { room in
                guard let start = room.baseAddress else { return }
                storage.withRows(from: row, count: 1) { storage.decode(&$0, into: start) }
            }
            guard vector.allSatisfy(\.isFinite) else { continue }
            rows.append(UInt32(row))
            vectors += vector
        }
        self.storage = storage
        self.rows = rows
        self.vectors = vectors
    }

    func directions(width: Int) -> [[Float]] {
        if rows.isEmpty { return [] }
        return PrincipalDirections(of: vectors, dimension: storage.dimension, width: width)
            .directions
    }

    /// Where the numbers along each direction lie.
    func ranges(_ projection: Projection) -> [CodeRange] {
        var ranges: [CodeRange] = []
        rows.withUnsafeBufferPointer { chosen in
            projection.withNumbers(
                ofRows: 0, count: chosen.count, chosen: chosen.baseAddress
            ) { _, numbers in
                ranges.append(CodeRange(UnsafeBufferPointer(start: numbers, count: chosen.count)))
            }
        }
        return ranges
    }
}
