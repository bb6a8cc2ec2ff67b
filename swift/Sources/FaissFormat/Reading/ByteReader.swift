// The fields of a file, read one after the other, and arrays that stay where they lie in it.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads the fields of a file one after the other, never beyond its end.
struct ByteReader {
    let data: Data
    private(set) var offset = 0

    init(_ data: Data) { self.data = data }

    /// Reads one number.
    ///
    /// - Throws: `FaissError.truncated`.
    mutating func read<Number: BitwiseCopyable & Sendable>(
        _ field: String, as type: Number.Type = Number.self
    ) throws -> Number {
        try array(field, count: 1)[0]
    }

    /// Reads four letters that name a type.
    ///
    /// - Throws: `FaissError.truncated`.
    mutating func fourLetters(_ field: String) throws -> String {
        let letters = try array(field, count: 4, of: UInt8.self).copied()
        return String(decoding: letters, as: UTF8.self)
    }

    /// Reads a count and as many numbers.
    ///
    /// - Throws: `FaissError.truncated`.
    mutating func vector<Element: BitwiseCopyable & Sendable>(
        _ field: String, of type: Element.Type = Element.self
    ) throws -> StoredArray<Element> {
        let count: UInt64 = try read("\(field).size")
        return try array(field, count: count)
    }

    /// Reads `count` numbers.
    ///
    /// - Throws: `FaissError.truncated`.
    private mutating func array<Element: BitwiseCopyable & Sendable>(
        _ field: String, count: UInt64, of type: Element.Type = Element.self
    ) throws -> StoredArray<Element> {
        let width = UInt64(MemoryLayout<Element>.size)
        let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
        let left = data.count - offset
        guard !overflow, bytes <= UInt64(left) else {
            let expected = overflow ? .max : bytes
            throw FaissError.truncated(field: field, offset: offset, expected: expected, got: left)
        }
        defer { offset += Int(bytes) }
        return StoredArray(data: data, offset: offset, count: Int(count))
    }
}

/// Numbers that lie in a file, at any alignment, little-endian.
///
/// Nothing is copied: the bytes are read where they are, when they are asked for.
struct StoredArray<Element: BitwiseCopyable & Sendable>: Sendable {
    let data: Data
    /// Where the first one begins, in bytes from the start of `data`.
    let offset: Int
    /// How many there are. Who makes an array has seen to it that they all lie in `data`.
    let count: Int

    static var width: Int { MemoryLayout<Element>.size }

    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "the readers check every index")
        return data.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: offset + index * Self.width, as: Element.self)
        }
    }

    /// Calls `body` with the bytes of all elements.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try data.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count * Self.width]))
        }
    }

    /// All of them, copied.
    func copied() -> [Element] {
        withBytes { bytes in
            (0..<count).map {
                bytes.loadUnaligned(fromByteOffset: $0 * Self.width, as: Element.self)
            }
        }
    }
}
