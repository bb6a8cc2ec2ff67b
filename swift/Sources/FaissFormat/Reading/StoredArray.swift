#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
