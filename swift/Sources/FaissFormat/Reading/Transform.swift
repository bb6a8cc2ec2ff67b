import CPhotoSearchKernels

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What is done to a query before it is compared.
public enum Transform: Sendable, Equatable {
    /// Divides a vector by its length; leaves one of length 0 alone.
    case normalize(dimension: Int)
    /// `matrix * x + offset`: the matrix [out, in] row by row, the offset [out] or empty.
    case linear(matrix: [Float], offset: [Float], from: Int, to: Int)

    /// How many numbers go in.
    public var inputDimension: Int {
        switch self {
        case .normalize(let dimension): dimension
        case .linear(_, _, let from, _): from
        }
    }

    /// How many numbers come out.
    public var outputDimension: Int {
        switch self {
        case .normalize(let dimension): dimension
        case .linear(_, _, _, let to): to
        }
    }

    /// Whether a matrix and an offset are of the size that they should be.
    var isSound: Bool {
        switch self {
        case .normalize: true
        case .linear(let matrix, let offset, let from, let to):
            matrix.count == from * to && (offset.isEmpty || offset.count == to)
        }
    }

    /// The vector, transformed.
    ///
    /// - Parameter vector: `inputDimension` numbers.
    /// - Returns: `outputDimension` numbers.
    public func applied(to vector: [Float]) -> [Float] {
        precondition(vector.count == inputDimension && isSound, "numbers do not fit the transform")
        switch self {
        case .normalize:
            let square = vector.reduce(0) { $0 + $1 * $1 }
            let scale = 1 / square.squareRoot()  // as FAISS rounds it
            return square > 0 ? vector.map { $0 * scale } : vector
        case .linear(let matrix, let offset, let from, let to):
            var room = [Double](repeating: 0, count: from)
            let out = matrix.withUnsafeBufferPointer { matrix in
                (0..<to).map { row in
                    // on every processor the same
                    matrix.baseAddress.map {
                        Float(ps_exact_dot(vector, $0 + row * from, from, &room))
                    } ?? 0
                }
            }
            return offset.isEmpty ? out : zip(out, offset).map(+)
        }
    }
}

extension Transform {
    /// Reads one vector transform.
    ///
    /// - Throws: `FaissError`.
    init(_ reader: inout ByteReader) throws {
        switch try reader.fourLetters("transform") {
        case "VNrm": self = try Self.normalization(&reader)
        case "LTra": self = try Self.linearTransform(&reader)
        case let other: throw FaissError.unsupported(what: "transform", got: other)
        }
    }

    private static func normalization(_ reader: inout ByteReader) throws -> Transform {
        let norm: Float = try reader.read("norm")
        guard norm == 2 else { throw FaissError.unsupported(what: "norm", got: "\(norm)") }
        let (from, to) = try dimensions(&reader)
        try require("d_out", to, equals: from)
        return .normalize(dimension: from)
    }

    private static func linearTransform(_ reader: inout ByteReader) throws -> Transform {
        let hasOffset: UInt8 = try reader.read("have_bias")
        let matrix = try reader.vector("A", of: Float.self)
        let offset = try reader.vector("b", of: Float.self)
        let (from, to) = try dimensions(&reader)
        try require("A.size", matrix.count, equals: from * to)
        if hasOffset != 0 { try require("b.size", offset.count, equals: to) }
        return .linear(
            matrix: matrix.copied(), offset: hasOffset != 0 ? offset.copied() : [], from: from,
            to: to)
    }

    private static func dimensions(_ reader: inout ByteReader) throws -> (from: Int, to: Int) {
        let from: Int32 = try reader.read("d_in")
        let to: Int32 = try reader.read("d_out")
        let isTrained: UInt8 = try reader.read("is_trained")
        guard isTrained != 0 else { throw FaissError.untrained }
        for (field, value) in [("d_in", from), ("d_out", to)] {
            guard value >= 1, value <= Header.largestDimension else {
                throw FaissError.inconsistent(
                    field: field, got: "\(value)", expected: "1 to \(Header.largestDimension)")
            }
        }
        return (Int(from), Int(to))
    }
}
