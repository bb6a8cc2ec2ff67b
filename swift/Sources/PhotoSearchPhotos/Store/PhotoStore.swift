import Foundation
import PhotoSearch

/// Where indexing keeps what it learns: an index on disk, or `InMemoryPhotoStore` in tests.
public protocol PhotoStore: Sendable {
    /// The space of the vectors that are stored; nil while there are none.
    func space() async throws -> String?

    /// Every photo that is stored, whatever became of it, by identifier.
    func known() async throws -> [String: KnownPhoto]

    /// Whether the vector of a content is stored: such a photo is not embedded again.
    ///
    /// - Parameter contentHash: SHA-256 of the file, hex.
    func holds(contentHash: String) async throws -> Bool

    /// All of the changes or, if it throws or the process ends, none of them.
    ///
    /// - Parameter space: Of the vectors among the changes.
    func apply(_ changes: [PhotoChange], space: String) async throws

    /// Makes what was applied quick to open again, where that is worth while. Called now and then
    /// in a pass.
    func publish() async throws

    /// What `keep` was given last.
    func token() async throws -> Data?

    /// Remembers how far a complete pass has come.
    func keep(token: Data?) async throws
}

/// What a store says of a photo.
public struct KnownPhoto: Sendable, Equatable {
    public enum Status: String, Sendable, CaseIterable {
        case indexed, pending, failed
    }

    public let status: Status
    /// See `LibraryPhoto.modifiedAt`.
    public let modifiedAt: Int64
    public let isFavourite: Bool
    public let media: MediaKinds

    public init(
        status: Status, modifiedAt: Int64, isFavourite: Bool = false, media: MediaKinds = []
    ) {
        self.status = status
        self.modifiedAt = modifiedAt
        self.isFavourite = isFavourite
        self.media = media
    }
}

/// One thing that a store is told. A photo that is told again replaces what was known of it.
public enum PhotoChange: Sendable, Equatable {
    case index(LibraryPhoto, PhotoEmbedding)
    /// The same content as before; the library says something else of it.
    case describe(LibraryPhoto)
    /// Not to be looked at now, and why. One that is indexed stays so, described anew.
    case pending(LibraryPhoto, reason: String)
    /// Cannot be looked at, and why. It has no vector.
    case failed(LibraryPhoto, reason: String)
    /// By identifier.
    case remove(String)
}

/// What was computed from one file.
public struct PhotoEmbedding: Sendable, Equatable {
    /// A unit vector; nil if the store holds it: see `PhotoStore.holds`.
    public let vector: [Float]?
    /// SHA-256 of the file, hex: copies share one vector.
    public let contentHash: String
    /// Of the file.
    public let sizeBytes: Int

    public init(vector: [Float]?, contentHash: String, sizeBytes: Int) {
        self.vector = vector
        self.contentHash = contentHash
        self.sizeBytes = sizeBytes
    }
}
