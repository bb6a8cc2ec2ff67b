#if canImport(CryptoKit)
    import CryptoKit
#else
    import CPhotoSearchKernels
#endif
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The one place that hashes: CryptoKit where there is one, else our own C.
struct SHA256Hasher {
    #if canImport(CryptoKit)
        private var state = SHA256()

        mutating func add(_ bytes: UnsafeRawBufferPointer) {
            state.update(bufferPointer: bytes)
        }

        private func digest() -> [UInt8] {
            Array(state.finalize())
        }
    #else
        private var state = ps_sha256()

        init() {
            ps_sha256_begin(&state)
        }

        mutating func add(_ bytes: UnsafeRawBufferPointer) {
            ps_sha256_add(
                &state, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count)
        }

        private func digest() -> [UInt8] {
            var state = state
            var bytes = [UInt8](repeating: 0, count: 32)
            ps_sha256_end(&state, &bytes)
            return bytes
        }
    #endif

    /// The hash of all that was added, as 64 hex digits.
    func hex() -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = digest().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The hash of these bytes, as 64 hex digits.
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var hasher = SHA256Hasher()
        Array(bytes).withUnsafeBytes { hasher.add($0) }
        return hasher.hex()
    }
}

/// The name of a file's content: copies of a photo share one vector.
package enum ContentHash {
    /// SHA-256, 64 hex digits.
    package static func of(_ file: Data) -> String {
        var hasher = SHA256Hasher()
        file.withUnsafeBytes { hasher.add($0) }
        return hasher.hex()
    }
}
