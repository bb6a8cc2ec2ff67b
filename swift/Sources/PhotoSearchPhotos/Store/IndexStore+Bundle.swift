import Foundation
import PhotoSearch

#if canImport(CoreML)
    import PhotoSearchCoreML
#endif

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
    ///   - zone: In which photos count as taken, since PhotoKit does not say.
    /// - Throws: `PhotoSearchError` as the encoder and `PhotoIndex` do.
    public init(at directory: URL, bundle: ModelBundle, zone: TimeZone = .current) throws {
        try self.init(
            at: directory, encoder: Self.encoder(bundle), model: bundle.manifest.name, zone: zone)
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
