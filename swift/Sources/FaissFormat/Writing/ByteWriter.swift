#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes the fields of a file one after the other, little-endian.
struct ByteWriter {
    private(set) var data = Data()

    mutating func write(_ number: some BitwiseCopyable) {
        withUnsafeBytes(of: number) { data.append(contentsOf: $0) }
    }

    mutating func fourLetters(_ name: String) {
        data.append(contentsOf: name.utf8)
    }

    /// A count and the numbers.
    mutating func vector<Element: BitwiseCopyable>(_ numbers: [Element]) {
        write(UInt64(numbers.count))
        numbers.withUnsafeBytes { data.append(contentsOf: $0) }
    }

    mutating func header(_ header: Header) {
        write(Int32(header.dimension))
        write(Int64(header.count))
        write(Int64(1) << 20)  // once the size of a cache; FAISS still writes it
        write(Int64(1) << 20)
        write(UInt8(header.isTrained ? 1 : 0))
        write(header.metric.rawValue)
    }
}
