import CPhotoSearchKernels

/// A few numbers of 7 bits for every vector of an index: a large index is first searched by these
/// alone, and the best by them are then scored exactly.
///
/// The numbers are those along the directions in which the vectors differ most, so that a few tell
/// nearly all. That is worth it for several hundred thousand vectors (see `docs/two-stage.svg`).
///
/// ```swift
/// let codes = try ShortCodes(of: index)
/// let options = SearchOptions(firstPass: FirstPass(codes: codes))
/// let hits = try index.search(query, k: 20, options: options)
/// ```
public struct ShortCodes: Sendable {
    /// How many numbers a vector has, unless told: with fewer, more must be kept; more take longer.
    public static let defaultWidth = 64
    /// The widest vectors that have short codes.
    public static let largestDimension = 4096

    let count: Int
    private let directions: [[Float]]
    /// What a unit of each number is worth.
    private let steps: [Float]
    /// `PS_GROUP` rows lie together. An element is aligned just as the kernels like it best.
    private let groups: [SIMD64<UInt8>]

    /// The memory that they take, in bytes.
    public var byteCount: Int { 64 * groups.count }

    /// Numbers of a row, those included that only fill it up.
    private var paddedWidth: Int { Self.padded(directions.count) }

    private static func padded(_ width: Int) -> Int { (width + 3) / 4 * 4 }

    /// Makes them, which for a million vectors takes about half a second.
    ///
    /// - Parameters:
    ///   - index: an index compared by inner product, without links, whose numbers are not whole.
    ///   - width: how many numbers a vector has; memory is as many bytes for each.
    /// - Throws: `FaissError.unsupported` for any other index, `FaissError.outOfRange`.
    /// - Complexity: O(n × width × dimension)
    public init(of index: FaissIndex, width: Int = defaultWidth) throws {
        let storage = index.storage
        let isFine = index.graph == nil && index.metric == .innerProduct
        guard isFine, ![.byteDirect, .byteDirectSigned].contains(storage.format),
            storage.dimension <= Self.largestDimension
        else { throw FaissError.unsupported(what: "short codes", got: index.kind) }
        guard (1...storage.dimension).contains(width) else {
            throw FaissError.outOfRange(
                argument: "width", got: width, expected: "1 to \(storage.dimension)")
        }
        let sample = CodeSample(of: storage)
        directions = sample.directions(width: width)
        let projection = Projection(of: storage, on: directions)
        let ranges = sample.ranges(projection)
        count = storage.count
        steps = ranges.map(\.step)
        groups = Self.encode(projection, ranges, count: storage.count)
    }

    private static func encode(
        _ projection: Projection, _ ranges: [CodeRange], count: Int
    ) -> [SIMD64<UInt8>] {
        let width = padded(ranges.count)
        let groupCount = (count + Int(PS_GROUP) - 1) / Int(PS_GROUP)
        var groups = [SIMD64<UInt8>](repeating: .zero, count: groupCount * width / 4)
        groups.withUnsafeMutableBytes { bytes in
            guard let codes = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
            let block = 16 * Int(PS_GROUP)  // rows that stay in the cache for all directions
            for first in stride(from: 0, to: count, by: block) {
                let some = min(block, count - first)
                projection.withNumbers(ofRows: first, count: some) { place, numbers in
                    let range = ranges[place]
                    ps_encode_short(
                        numbers, some, range.low, range.scale, width, place, codes + first * width)
                }
            }
        }
        return groups
    }

    /// Calls `body` with the sums of every block of rows, the greater the nearer to the query.
    func withSums(
        _ query: [Float], _ body: (_ first: Int, _ count: Int, UnsafePointer<Int32>) -> Void
    ) {
        let bytes = self.bytes(of: query)
        let width = paddedWidth
        let block = 128 * Int(PS_GROUP)
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: block) { room in
            groups.withUnsafeBytes { stored in
                guard let sums = room.baseAddress,
                    let codes = stored.bindMemory(to: UInt8.self).baseAddress
                else { return }
                for first in stride(from: 0, to: count, by: block) {
                    let some = min(block, count - first)
                    Kernels.used.dot_short(
                        bytes, codes + first * width, width,
                        (some + Int(PS_GROUP) - 1) / Int(PS_GROUP), sums)
                    body(first, some, sums)
                }
            }
        }
    }

    /// What the numbers of a row are multiplied with.
    private func bytes(of query: [Float]) -> [Int8] {
        let weights = zip(directions, steps).map { direction, step in
            step * zip(direction, query).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let most = weights.reduce(0) { max($0, $1.magnitude) }
        let scale = most > 0 && most.isFinite ? 127 / most : 0
        let bytes = weights.map { $0.isFinite ? Int8(($0 * scale).rounded()) : 0 }
        return bytes + [Int8](repeating: 0, count: paddedWidth - bytes.count)
    }
}

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
