// What lies in the buffers of Core ML: numbers with padding, pixels, the tokens of a text.

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

/// Pixels as Core ML takes them: blue, green, red and an unused byte.
enum PixelRows {
    static let channels = 4

    /// Writes a picture to rows that lie `rowBytes` apart.
    ///
    /// - Parameter out: At least `rowBytes` bytes for each row.
    static func write(
        _ picture: RGBImage, to out: UnsafeMutableRawBufferPointer, rowBytes: Int
    ) {
        picture.bytes.withUnsafeBufferPointer { rgb in
            var from = 0
            for row in 0..<picture.height {
                var place = row * rowBytes
                for _ in 0..<picture.width {
                    out[place] = rgb[from + 2]
                    out[place + 1] = rgb[from + 1]
                    out[place + 2] = rgb[from]
                    out[place + 3] = .max
                    from += 3
                    place += channels
                }
            }
        }
    }

    /// The picture of `width` × `height` pixels, red first, in rows that lie `rowBytes` apart.
    static func read(
        _ bytes: UnsafeRawBufferPointer, width: Int, height: Int, rowBytes: Int
    ) throws(PhotoSearchError) -> RGBImage {
        var rgb: [UInt8] = []
        rgb.reserveCapacity(3 * width * height)
        for row in 0..<height {
            for place in stride(
                from: row * rowBytes, to: row * rowBytes + channels * width, by: channels)
            {
                rgb.append(bytes[place])
                rgb.append(bytes[place + 1])
                rgb.append(bytes[place + 2])
            }
        }
        return try RGBImage(width: width, height: height, bytes: rgb)
    }
}

/// What a text package is fed, by the names in the manifest.
enum TextInputs {
    /// One input's values, in the order of their indexes.
    ///
    /// - Parameters:
    ///   - ids: With start and end, not padded.
    ///   - padID: What `ids` are filled up with.
    /// - Throws: `PhotoSearchError` of kind `shape` for more tokens than the input takes, of kind
    ///   `bundle` for an input of another name.
    static func values(
        _ port: PackageSpec.Port, ids: [Int32], padID: Int32
    ) throws(PhotoSearchError) -> [Int32] {
        let count = port.shape.reduce(1, *)
        guard (1...count).contains(ids.count) else {
            throw PhotoSearchError(.shape, "tokens: got \(ids.count), expected 1 to \(count)")
        }
        let padding = count - ids.count
        switch port.name {
        case "ids": return ids + Array(repeating: padID, count: padding)
        case "mask": return ids.map { _ in 1 } + Array(repeating: 0, count: padding)
        case "eot":
            return ids.indices.map { $0 == ids.count - 1 ? 1 : 0 }
                + Array(repeating: 0, count: padding)
        default:
            throw PhotoSearchError(
                .bundle, "text input: got '\(port.name)', expected ids, mask or eot")
        }
    }
}
