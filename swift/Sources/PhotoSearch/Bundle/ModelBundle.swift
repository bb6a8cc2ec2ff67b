#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A model bundle on disk, `<name>.photomodel`, whose manifest has been read.
///
/// ```swift
/// let bundle = try ModelBundle(at: url)
/// try bundle.verify()
/// print(bundle.manifest.name, bundle.manifest.dim)  // builtin 512
/// ```
public struct ModelBundle: Sendable {
    /// The architecture whose weights `TextEncoder` reads.
    package static let architecture = "photosearch-v1"
    static let weights = "weights.safetensors"
    static let vocabulary = "tokenizer/vocab.txt"
    static let words = "tokenizer/words.txt"

    public let manifest: Manifest
    let path: String

    /// Reads the manifest, and nothing else.
    ///
    /// - Throws: `PhotoSearchError` of kind `bundle` if it is missing, malformed or of a later
    ///   schema.
    public init(at url: URL) throws(PhotoSearchError) {
        try self.init(path: url.path)
    }

    init(path: String) throws(PhotoSearchError) {
        self.path = path
        let json: [UInt8]
        do {
            json = try OpenFile.bytes("\(path)/\(Manifest.fileName)")
        } catch {
            throw PhotoSearchError(.bundle, "no model bundle at \(path): \(error)")
        }
        manifest = try Manifest(json: json)
    }

    /// Checks every byte: that each file is as it was written, and that the space id follows from
    /// them.
    ///
    /// Of weights that lie in two files the manifest says what they are put together; that it says
    /// so rightly, Python checks whenever it opens a bundle.
    ///
    /// - Throws: `PhotoSearchError` of kind `bundle` that names the changed or missing file.
    /// - Complexity: O(n) in the size of the bundle; about 20 ms for 20 MB.
    public func verify() throws(PhotoSearchError) {
        try verify(manifest.files.keys.sorted())
    }

    /// The same for what a `PortableTextEncoder` reads: the weights, the vocabulary, and the list of
    /// words if there is one.
    ///
    /// - Throws: As `verify`.
    /// - Complexity: O(n) in their size; about half of what `verify` takes where there are packages.
    public func verifyText() throws(PhotoSearchError) {
        try verify([Self.weights, Self.vocabulary] + (listsWords ? [Self.words] : []))
    }

    /// Whether slips of typing are mended: a list that the manifest lacks is not what was hashed.
    var listsWords: Bool { manifest.files[Self.words] != nil }

    private func verify(_ names: [String]) throws(PhotoSearchError) {
        guard manifest.architecture == Self.architecture else {
            let got = manifest.architecture
            throw PhotoSearchError(
                .bundle, "\(path): architecture: got '\(got)', expected '\(Self.architecture)'")
        }
        for name in names { try verify(name) }
        try verifySpace()
    }

    /// Whether the space id follows from the hashes in the manifest.
    func verifySpace() throws(PhotoSearchError) {
        let weights = try listed(Self.weights)
        let space = Manifest.spaceID(
            weightsSHA256: (manifest.weights ?? weights).sha256,
            tokenizerSHA256: try listed(Self.vocabulary).sha256,
            image: manifest.image, text: manifest.text)
        guard space == manifest.space else {
            let got = manifest.space.prefix(12)
            throw PhotoSearchError(
                .bundle, "\(path): space: got \(got), expected \(space.prefix(12))")
        }
    }

    private func listed(_ name: String) throws(PhotoSearchError) -> FileEntry {
        guard let entry = manifest.files[name] else {
            throw PhotoSearchError(.bundle, "\(path): the manifest lists no \(name)")
        }
        return entry
    }

    private func verify(_ name: String) throws(PhotoSearchError) {
        let expected = try listed(name)
        let got = try entry(name)
        guard got == expected else {
            throw PhotoSearchError(
                .bundle,
                """
                \(path)/\(name): got sha256 \(got.sha256.prefix(12)) (\(got.sizeBytes) bytes), \
                expected \(expected.sha256.prefix(12)) (\(expected.sizeBytes) bytes)
                """)
        }
    }

    /// A file's size and hash as they are.
    func entry(_ name: String) throws(PhotoSearchError) -> FileEntry {
        do {
            let file = try OpenFile("\(path)/\(name)")
            _ = try file.size()
            var hasher = SHA256Hasher()
            var size = 0
            try file.forEachChunk { chunk in
                hasher.add(chunk)
                size += chunk.count
            }
            return FileEntry(sha256: hasher.hex(), sizeBytes: size)
        } catch {
            let problem = error.isMissing ? "missing from \(path)" : "\(error)"
            throw PhotoSearchError(.bundle, "\(name): \(problem)")
        }
    }

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
