import CPhotoSearchKernels
import Testing

/// One implementation of the scans, by name: what tests are repeated for.
struct Implementation: CustomTestStringConvertible, Sendable {
    let index: Int

    static let plain = Implementation(index: 0)
    static let all = (0..<ps_kernels_count()).map { Implementation(index: $0) }

    var kernels: ps_kernels { ps_kernels_at(index).pointee }
    var testDescription: String { String(cString: kernels.name) }
}

/// A scan of float32 queries.
enum Scan: CaseIterable, Sendable {
    case dotFloat32, dotFloat16, dotBFloat16, dotByte, nearFloat32

    /// Bytes of one number of a row.
    var width: Int {
        switch self {
        case .dotFloat32, .nearFloat32: 4
        case .dotFloat16, .dotBFloat16: 2
        case .dotByte: 1
        }
    }

    func callAsFunction(
        _ implementation: Implementation, query: [Float], codes: Codes
    ) -> [Float] {
        var out = [Float](repeating: .signalingNaN, count: codes.count)
        codes.withRows(dim: query.count) { rows in
            switch self {
            case .dotFloat32: implementation.kernels.dot_f32(query, &rows, &out)
            case .dotFloat16: implementation.kernels.dot_f16(query, &rows, &out)
            case .dotBFloat16: implementation.kernels.dot_bf16(query, &rows, &out)
            case .dotByte: implementation.kernels.dot_u8(query, &rows, &out)
            case .nearFloat32: implementation.kernels.near_f32(query, &rows, &out)
            }
        }
        return out
    }
}

/// The scan of a query of signed bytes.
func dotBytes(_ implementation: Implementation, query: [Int8], codes: Codes) -> [Int32] {
    var out = [Int32](repeating: -1, count: codes.count)
    codes.withRows(dim: query.count) { implementation.kernels.dot_i8(query, &$0, &out) }
    return out
}

/// The scan of a query of small bytes.
func dotSmall(_ implementation: Implementation, query: [Int8], codes: Codes) -> [Int32] {
    var out = [Int32](repeating: -1, count: codes.count)
    codes.withRows(dim: query.count) { implementation.kernels.dot_small(query, &$0, &out) }
    return out
}

/// Rows of bytes that begin at a chosen distance from an aligned address.
struct Codes {
    let bytes: [UInt8]
    let stride: Int
    let count: Int
    let shift: Int
    let chosen: [UInt32]?

    /// - Parameters:
    ///   - bytes: `rows * stride` of them.
    ///   - shift: how far from an aligned address they are put.
    ///   - chosen: the rows to scan; all in order if nil.
    init(_ bytes: [UInt8], stride: Int, rows: Int, shift: Int = 0, chosen: [UInt32]? = nil) {
        self.bytes = bytes
        self.stride = stride
        self.shift = shift
        self.chosen = chosen
        count = chosen?.count ?? rows
    }

    func withRows(dim: Int, _ body: (inout ps_rows) -> Void) {
        // Exactly as long as the rows, so that AddressSanitizer sees any byte read beyond them.
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: shift + bytes.count, alignment: 64)
        defer { memory.deallocate() }
        UnsafeMutableRawBufferPointer(rebasing: memory[shift...]).copyBytes(from: bytes)
        let first = memory.baseAddress.map { UnsafeRawPointer($0 + shift) }
        chosen.withOptionalPointer { at in
            var rows = ps_rows(
                codes: first, stride: stride, dim: dim, at: at, first: 0, count: count)
            body(&rows)
        }
    }
}

extension Optional where Wrapped == [UInt32] {
    fileprivate func withOptionalPointer(_ body: (UnsafePointer<UInt32>?) -> Void) {
        guard let array = self else { return body(nil) }
        array.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64: Steele, Lea and Flood 2014.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func floats(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float.random(in: -1...1, using: &self) }
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}

extension Array where Element == Float {
    /// Little-endian bytes of the numbers.
    var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// The numbers as IEEE halves.
    var halves: [UInt8] {
        var out = [UInt8](repeating: 0, count: 2 * count)
        ps_encode_f16(self, count, &out)
        return out
    }

    /// The numbers as bfloat16.
    var brainHalves: [UInt8] {
        var out = [UInt8](repeating: 0, count: 2 * count)
        ps_encode_bf16(self, count, &out)
        return out
    }
}
