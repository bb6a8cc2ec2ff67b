import Foundation
import PhotoSearch

/// Where indexing keeps what it learns: an index on disk, or `InMemoryPhotoStore` in tests.
public protocol PhotoStore: Sendable {
    /// The space of the vectors that are stored; nil while there are none.
    func space() async throws -> String?

    /// Photos that are stored, whatever became of them, by identifier.
    ///
    /// All of them are asked for only if the library lists all of its photos.
    func known(_ which: PhotoRows) async throws -> [String: KnownPhoto]

    /// Whether the vector of a content is stored: such a photo is not embedded again.
    ///
    /// - Parameter contentHash: See `PhotoEmbedding.contentHash`.
    func holds(contentHash: String) async throws -> Bool

    /// All of the changes or, if it throws or the process ends, none of them.
    ///
    /// - Parameters:
    ///   - changes: In order.
    ///   - space: Of the vectors among the changes.
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
    public let status: IndexedPhoto.Status
    /// See `LibraryPhoto.modifiedAt`.
    public let modifiedAt: Int64
    /// Whether its original has been read; if not, it is known by a picture that the library keeps.
    public let isOriginal: Bool
    /// Why it is pending or failed.
    public let reason: String?
    public let isFavourite: Bool
    public let media: MediaKinds

    public init(
        status: IndexedPhoto.Status, modifiedAt: Int64, isOriginal: Bool = false,
        reason: String? = nil,
        isFavourite: Bool = false, media: MediaKinds = []
    ) {
        self.status = status
        self.modifiedAt = modifiedAt
        self.isOriginal = isOriginal
        self.reason = reason
        self.isFavourite = isFavourite
        self.media = media
    }
}

/// One thing that a store is told. A photo that is told again replaces what was known of it.
public enum PhotoChange: Sendable, Equatable {
    case index(LibraryPhoto, PhotoEmbedding)
    /// The original of a photo that was indexed by a smaller picture of it: the same picture, so the
    /// vector stays, without one here. Nothing for a photo that has changed since.
    case refine(LibraryPhoto, PhotoEmbedding)
    /// The same content as before; the library says something else of it.
    case describe(LibraryPhoto)
    /// Not to be looked at now, and why. One that is indexed stays so, described anew.
    case pending(LibraryPhoto, reason: String)
    /// Cannot be looked at, and why. It has no vector.
    case failed(LibraryPhoto, reason: String)
    /// By identifier.
    case remove(String)
}

/// What was computed from one photo.
public struct PhotoEmbedding: Sendable, Equatable {
    /// A unit vector; nil if the store holds it: see `PhotoStore.holds`.
    public let vector: [Float]?
    /// SHA-256, hex: of the original, so that copies share one vector, or until that has been read of the
    /// photo's identifier and the time of its last change.
    public let contentHash: String
    /// Of the original; 0 until that has been read.
    public let sizeBytes: Int
    /// What the original says of how it was taken.
    public let details: PhotoDetails

    public init(
        vector: [Float]?, contentHash: String, sizeBytes: Int,
        details: PhotoDetails = PhotoDetails()
    ) {
        self.vector = vector
        self.contentHash = contentHash
        self.sizeBytes = sizeBytes
        self.details = details
    }

    func with(_ vector: [Float]) -> PhotoEmbedding {
        PhotoEmbedding(
            vector: vector, contentHash: contentHash, sizeBytes: sizeBytes, details: details)
    }

    /// Of a picture that stands for an original that was not read.
    init(vector: [Float]?, of photo: LibraryPhoto) {
        let name = Data("\(photo.identifier)\n\(photo.modifiedAt)".utf8)
        self.init(vector: vector, contentHash: ContentHash.of(name), sizeBytes: 0)
    }
}
