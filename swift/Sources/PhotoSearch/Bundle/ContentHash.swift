#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The name of a file's content: copies of a photo share one vector.
package enum ContentHash {
    /// SHA-256, 64 hex digits.
    package static func of(_ file: Data) -> String {
        var hasher = SHA256Hasher()
        file.withUnsafeBytes { hasher.add($0) }
        return hasher.hex()
    }
}
