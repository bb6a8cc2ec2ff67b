import CPhotoSearchKernels

/// Turns vectors into the bytes of a format.
///
/// The formats with a range a dimension cut off what lies outside of it, so they are trained
/// before the first vector is added, on all vectors or a broad sample.
public struct VectorEncoder: Sendable {
    /// How the numbers are stored.
    public let format: VectorFormat
    /// Numbers in a vector.
    public let dimension: Int
    let low: [Float]
    let width: [Float]

    /// For the formats that need no training.
    ///
    /// - Parameters:
    ///   - format: float32, float16, bfloat16, byteDirect or byteDirectSigned.
    ///   - dimension: numbers in a vector.
    /// - Throws: `FaissError.untrained` for the others, `FaissError.outOfRange`.
    public init(format: VectorFormat, dimension: Int) throws {
        guard format.trainedCount(dimension: dimension) == 0 else { throw FaissError.untrained }
        try self.init(format: format, dimension: dimension, low: [], width: [])
    }

    /// For any format; `byte` and `byteUniform` take the range of the sample.
    ///
    /// - Parameters:
    ///   - format: how the numbers are to be stored.
    ///   - dimension: numbers in a vector.
    ///   - sample: vectors; those that are added must not lie outside of their ranges.
    /// - Throws: `FaissError.wrongDimension`, `FaissError.outOfRange`.
    public init(
        format: VectorFormat, dimension: Int, trainedOn sample: some Sequence<[Float]>
    ) throws {
        var low = [Float](repeating: .infinity, count: dimension)
        var high = [Float](repeating: -.infinity, count: dimension)
        for vector in sample {
            try Self.check(vector, dimension)
            for place in vector.indices {
                low[place] = min(low[place], vector[place])
                high[place] = max(high[place], vector[place])
            }
        }
        if format == .byteUniform {
            low = Array(repeating: low.min() ?? 0, count: dimension)
            high = Array(repeating: high.max() ?? 0, count: dimension)
        }
        let isTrained = format.trainedCount(dimension: dimension) > 0
        try self.init(
            format: format, dimension: dimension,
            low: isTrained ? low.map { $0.isFinite ? $0 : 0 } : [],
            width: isTrained ? zip(low, high).map { $1 >= $0 ? $1 - $0 : 0 } : [])
    }

    /// The encoder of an index that exists, so that its vectors and new ones can lie in one file.
    ///
    /// - Parameter index: an index without transforms.
    public init(of index: FaissIndex) {
        format = index.storage.format
        dimension = index.storage.dimension
        low = index.storage.low
        width = index.storage.width
    }

    private init(format: VectorFormat, dimension: Int, low: [Float], width: [Float]) throws {
        guard (1...Header.largestDimension).contains(dimension) else {
            throw FaissError.outOfRange(
                argument: "dimension", got: dimension,
                expected: "1 to \(Header.largestDimension)")
        }
        self.format = format
        self.dimension = dimension
        self.low = low
        self.width = width
    }

    /// Bytes of one vector.
    public var codeSize: Int { dimension * format.width }

    /// What FAISS calls the trained numbers.
    var trained: [Float] {
        format == .byteUniform ? [low[0], width[0]] : low + width
    }

    /// Whether a vector lies in the trained ranges, so that none of its numbers is cut off.
    public func holds(_ vector: [Float]) -> Bool {
        vector.count == dimension
            && low.indices.allSatisfy {
                vector[$0] >= low[$0] && vector[$0] <= low[$0] + width[$0]
            }
    }

    /// The bytes of a vector, the same as FAISS's.
    ///
    /// - Throws: `FaissError.wrongDimension`.
    public func encode(_ vector: [Float]) throws -> [UInt8] {
        try Self.check(vector, dimension)
        var out = [UInt8](repeating: 0, count: codeSize)
        switch format {
        case .float32: vector.withUnsafeBytes { out = Array($0) }
        case .float16: ps_encode_f16_away(vector, dimension, &out)
        case .bfloat16: ps_encode_bf16(vector, dimension, &out)
        case .byte, .byteUniform: ps_encode_sq8(vector, 1, dimension, low, width, &out)
        case .byteDirect: out = vector.map { Self.byte($0) }
        case .byteDirectSigned: out = vector.map { Self.byte($0 + 128) }
        }
        return out
    }

    /// Without the fraction; the nearest end of the range for what lies beyond it.
    private static func byte(_ number: Float) -> UInt8 {
        number.isNaN ? 0 : UInt8(max(0, min(255, number)))
    }

    private static func check(_ vector: [Float], _ dimension: Int) throws {
        guard vector.count == dimension else {
            throw FaissError.wrongDimension(got: vector.count, expected: dimension)
        }
    }
}
