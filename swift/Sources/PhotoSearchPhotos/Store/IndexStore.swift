import Foundation
import PhotoSearch

#if canImport(CoreML)
    import PhotoSearchCoreML
#endif

/// An index on disk as the place where a library's photos go.
///
/// ```swift
/// let store = try IndexStore(at: url, encoder: words, model: bundle.manifest.name)
/// let hits = try await store.index.search("a dog on the beach")
/// ```
public struct IndexStore: PhotoStore {
    static let tokenFile = "library-token"
    /// For whoever else is writing, as an extension of the app.
    private static let patience = Duration.seconds(10)

    /// Where searches go; they see each batch as soon as it is committed. Stores on one folder share it,
    /// and the encoder of the first one embeds the words.
    public let index: PhotoIndex
    private let space: Space
    private let directory: URL

    /// Opens an index, or makes an empty one, in a protected folder: see `StoreDirectory`.
    ///
    /// - Parameters:
    ///   - directory: For example `photos.photoindex` in Application Support.
    ///   - encoder: What turns words into vectors; of the same space as the image encoder.
    ///   - model: The name by which Python knows the model: `Manifest.name`.
    /// - Throws: `PhotoSearchError` as `PhotoIndex` does.
    public init(at directory: URL, encoder: any TextEncoder, model: String) throws {
        try StoreDirectory.prepare(directory)
        let place = directory.resolvingSymlinksInPath()
        let own = try PhotoIndex.create(at: place, encoder: encoder, patience: Self.patience)
        index = OpenIndexes.shared.first(own, at: place, space: encoder.space)
        space = Space(
            space: encoder.space, model: model, dim: encoder.dim, calibration: encoder.calibration)
        self.directory = directory
    }

    public func space() async throws -> String? {
        try await index.space?.space
    }

    public func photos(_ which: PhotoRows) async throws -> [IndexedPhoto] {
        try await index.photos(which)
    }

    public func holds(contentHash: String) async throws -> Bool {
        try await index.holds(contentHash: contentHash)
    }

    public func apply(_ changes: [IndexChange], space: String) async throws {
        let own = self.space
        guard space == own.space else {
            throw PhotoSearchError(
                .wrongSpace,
                "vectors: got space \(space.prefix(12))…, expected \(own.space.prefix(12))…")
        }
        try await index.apply(changes, in: own)
    }

    /// Renews the file of vectors once enough photos came or went.
    public func publish() async throws {
        try await index.publish()
    }

    public func token() throws -> Data? {
        let file = directory.appendingPathComponent(Self.tokenFile)
        return FileManager.default.fileExists(atPath: file.path) ? try Data(contentsOf: file) : nil
    }

    public func keep(token: Data?) async throws {
        let file = directory.appendingPathComponent(Self.tokenFile)
        do {
            if let token {
                try token.write(to: file, options: .atomic)
            } else if FileManager.default.fileExists(atPath: file.path) {
                try FileManager.default.removeItem(at: file)
            }
        } catch {
            throw PhotoSearchError(.storage, "\(file.path): \(error)")
        }
    }
}

extension IndexStore {
    /// Opens an index, or makes an empty one, whose words are embedded by a bundle.
    ///
    /// ```swift
    /// let store = try IndexStore(at: folder, bundle: BuiltinModel.bundle())
    /// let hits = try await store.index.search("a dog on the beach")
    /// ```
    ///
    /// Weights in the bundle answer the first query at once, since nothing is compiled for it. Only a
    /// bundle of another architecture has its words embedded by Core ML.
    ///
    /// - Parameters:
    ///   - directory: For example `photos.photoindex` in Application Support.
    ///   - bundle: Of the model that photos are indexed with; `verify` it first if it may be damaged.
    /// - Throws: `PhotoSearchError` as the encoder and `PhotoIndex` do.
    public init(at directory: URL, bundle: ModelBundle) throws {
        try self.init(
            at: directory, encoder: Self.encoder(bundle), model: bundle.manifest.name)
    }

    private static func encoder(_ bundle: ModelBundle) throws -> any TextEncoder {
        #if canImport(CoreML)
            if bundle.manifest.architecture != ModelBundle.architecture {
                return try CoreMLTextEncoder(bundle)
            }
        #endif
        return try PortableTextEncoder(bundle)
    }
}

/// A directory for an index: in no backup, and unreadable before the device is first unlocked.
public enum StoreDirectory {
    /// Makes the directory, if need be, and protects it and what lies in it.
    ///
    /// Protection is "until first user authentication": an index that were locked with the screen
    /// could not be written in the background. Files that are made in it later inherit it, SQLite's
    /// log and every renamed file among them; those that are there already, as in an index that was
    /// copied from elsewhere, are given it now. On systems without data protection (macOS, Linux)
    /// the disk's own encryption is what there is.
    ///
    /// - Throws: `PhotoSearchError` of kind `storage`.
    public static func prepare(_ directory: URL) throws(PhotoSearchError) {
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true)
            #if canImport(Darwin)
                #if !os(macOS)
                    try protect(directory)
                #endif
                var values = URLResourceValues()
                values.isExcludedFromBackup = true  // of a directory: all that is in it
                var place = directory
                try place.setResourceValues(values)
            #endif
        } catch {
            throw PhotoSearchError(.storage, "\(directory.path): \(error)")
        }
    }

    #if canImport(Darwin) && !os(macOS)
        private static func protect(_ directory: URL) throws {
            let files = FileManager.default
            let protection = FileProtectionType.completeUntilFirstUserAuthentication
            try files.setAttributes([.protectionKey: protection], ofItemAtPath: directory.path)
            for name in try files.contentsOfDirectory(atPath: directory.path) {
                let path = directory.appendingPathComponent(name).path
                do {
                    try files.setAttributes([.protectionKey: protection], ofItemAtPath: path)
                } catch CocoaError.fileNoSuchFile, CocoaError.fileReadNoSuchFile {
                    continue  // a log that another process has just closed
                }
            }
        }
    #endif
}
