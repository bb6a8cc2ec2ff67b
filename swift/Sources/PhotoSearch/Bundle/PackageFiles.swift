#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ModelBundle {
    /// The directory of the bundle.
    public var directory: URL { URL(fileURLWithPath: path) }

    /// Where a Core ML package of this bundle is.
    public func url(of package: PackageSpec) -> URL {
        URL(fileURLWithPath: "\(path)/\(package.file)")
    }

    /// A name for what a package contains, from the hashes in the manifest: 64 hex digits.
    ///
    /// Two packages with the same fingerprint give the same compiled model.
    package func fingerprint(of package: PackageSpec) -> String {
        let prefix = "\(package.file)/"
        let lines = manifest.files
            .filter { $0.key.hasPrefix(prefix) }
            .map { "\($0.value.sha256) \($0.key.dropFirst(prefix.count))\n" }
        return SHA256Hasher.hex(lines.sorted().joined().utf8)
    }
}
