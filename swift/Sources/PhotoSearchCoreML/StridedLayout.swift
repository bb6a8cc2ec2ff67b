import PhotoSearch

/// How numbers lie in a buffer of Core ML.
///
/// Buffers that the Neural Engine writes are padded: rows start at multiples of 64 bytes, so that
/// reading `count` values from the start would take padding for values.
struct StridedLayout: Sendable, Equatable {
    let element: PackageSpec.Port.Element
    let shape: [Int]
    /// In elements, one for each side.
    let strides: [Int]

    /// All values in the order of their indexes, the last index fastest, as float32.
    ///
    /// - Throws: `PhotoSearchError` of kind `shape` if the buffer does not hold them all.
    func values(_ bytes: UnsafeRawBufferPointer) throws(PhotoSearchError) -> [Float] {
        let places = try places(in: bytes.count)
        let size = size
        return places.map { place in
            let start = place * size
            return switch element {
            case .uint8: Float(bytes[start])
            case .int32: Float(bytes.loadUnaligned(fromByteOffset: start, as: Int32.self))
            case .float16:
                Half.float(bytes.loadUnaligned(fromByteOffset: start, as: UInt16.self))
            case .float32: bytes.loadUnaligned(fromByteOffset: start, as: Float.self)
            }
        }
    }

    /// Writes whole numbers in the order of their indexes; what lies between them is left alone.
    ///
    /// - Throws: `PhotoSearchError` of kind `shape` unless there are as many as the shape says and
    ///   the buffer holds them all.
    func write(
        _ values: [Int32], to bytes: UnsafeMutableRawBufferPointer
    ) throws(PhotoSearchError) {
        let places = try places(in: bytes.count)
        guard places.count == values.count else {
            throw PhotoSearchError(
                .shape, "input: got \(values.count) values, expected \(places.count)")
        }
        for (place, value) in zip(places, values) {
            let start = place * size
            switch element {
            case .uint8: bytes[start] = UInt8(clamping: value)
            case .int32: bytes.storeBytes(of: value, toByteOffset: start, as: Int32.self)
            case .float16:
                bytes.storeBytes(of: Half.bits(Float(value)), toByteOffset: start, as: UInt16.self)
            case .float32:
                bytes.storeBytes(of: Float(value), toByteOffset: start, as: Float.self)
            }
        }
    }

    /// Bytes of one value.
    private var size: Int {
        switch element {
        case .uint8: 1
        case .float16: 2
        case .int32, .float32: 4
        }
    }

    /// Where each value is, in elements.
    private func places(in bytes: Int) throws(PhotoSearchError) -> [Int] {
        guard shape.count == strides.count, shape.allSatisfy({ $0 >= 1 }),
            strides.allSatisfy({ $0 >= 0 })
        else {
            throw PhotoSearchError(.shape, "array: got shape \(shape) with strides \(strides)")
        }
        let last = zip(shape, strides).reduce(0) { $0 + ($1.0 - 1) * $1.1 }
        guard (last + 1) * size <= bytes else {
            throw PhotoSearchError(
                .shape, "array: got \(bytes) bytes, expected at least \((last + 1) * size)")
        }
        return zip(shape, strides).reduce([0]) { places, side in
            places.flatMap { start in (0..<side.0).map { start + $0 * side.1 } }
        }
    }
}
