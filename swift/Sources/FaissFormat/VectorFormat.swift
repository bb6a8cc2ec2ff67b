// How the numbers of a vector are stored, and how two vectors are compared.

/// How the numbers of a vector are stored.
public enum VectorFormat: Sendable, CaseIterable {
    /// float32: FAISS's `Flat`.
    case float32
    /// A byte a number, over a range of its own in every dimension: `SQ8`, `QT_8bit`.
    case byte
    /// A byte a number, over one range: `QT_8bit_uniform`.
    case byteUniform
    /// IEEE half: `SQfp16`.
    case float16
    /// bfloat16: `SQbf16`.
    case bfloat16
    /// Whole numbers from 0 to 255: `QT_8bit_direct`.
    case byteDirect
    /// Whole numbers from -128 to 127: `QT_8bit_direct_signed`.
    case byteDirectSigned

    /// FAISS's number for it; nil for float32, which is an index type of its own.
    var quantizerType: Int32? {
        switch self {
        case .float32: nil
        case .byte: 0
        case .byteUniform: 2
        case .float16: 4
        case .byteDirect: 5
        case .bfloat16: 7
        case .byteDirectSigned: 8
        }
    }

    /// - Throws: `FaissError.unsupported` for a type that is not in the list above.
    init(quantizerType: Int32) throws {
        guard let known = Self.allCases.first(where: { $0.quantizerType == quantizerType }) else {
            throw FaissError.unsupported(what: "scalar quantizer type", got: "\(quantizerType)")
        }
        self = known
    }

    /// Bytes a number.
    public var width: Int {
        switch self {
        case .float32: 4
        case .float16, .bfloat16: 2
        case .byte, .byteUniform, .byteDirect, .byteDirectSigned: 1
        }
    }

    /// What the index factory of FAISS calls it, or its quantizer type.
    public var name: String {
        switch self {
        case .float32: "Flat"
        case .byte: "SQ8"
        case .byteUniform: "SQ8bit_uniform"
        case .float16: "SQfp16"
        case .bfloat16: "SQbf16"
        case .byteDirect: "SQ8bit_direct"
        case .byteDirectSigned: "SQ8bit_direct_signed"
        }
    }

    /// How many trained numbers FAISS stores for it.
    func trainedCount(dimension: Int) -> Int {
        switch self {
        case .byte: 2 * dimension
        case .byteUniform: 2
        default: 0
        }
    }
}

/// How the likeness of two vectors is measured. The raw values are FAISS's.
public enum Metric: Int32, Sendable, CaseIterable {
    /// Inner product: greater is nearer.
    case innerProduct = 0
    /// Squared Euclidean distance: less is nearer.
    case squaredDistance = 1
}
