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
