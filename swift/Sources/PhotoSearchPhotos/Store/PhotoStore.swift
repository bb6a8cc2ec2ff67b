import Foundation
import PhotoSearch

/// Where indexing keeps what it learns: an index on disk, or `InMemoryPhotoStore` in tests.
public protocol PhotoStore: Sendable {
    /// The space of the vectors that are stored; nil while there are none.
    func space() async throws -> String?

    /// Photos that are stored, whatever became of them.
    ///
    /// All of them are asked for only if the library lists all of its photos.
    func photos(_ which: PhotoRows) async throws -> [IndexedPhoto]

    /// Whether the vector of a content is stored: such a photo is not embedded again.
    ///
    /// - Parameter contentHash: SHA-256 in hex, as in `IndexChange.index`.
    func holds(contentHash: String) async throws -> Bool

    /// All of the changes or, if it throws or the process ends, none of them.
    ///
    /// - Parameters:
    ///   - changes: In order.
    ///   - space: Of the vectors among the changes.
    func apply(_ changes: [IndexChange], space: String) async throws

    /// Makes what was applied quick to open again, where that is worth while. Called now and then
    /// in a pass.
    func publish() async throws

    /// What `keep` was given last.
    func token() async throws -> Data?

    /// Remembers how far a complete pass has come.
    func keep(token: Data?) async throws
}

/// Photos of a store, found by their identifiers; each is kept once, since a library may have hundreds
/// of thousands.
struct KnownPhotos: Sendable {
    let photos: [IndexedPhoto]
    private let places: [PhotoSource: Int]

    /// - Parameter photos: Of different names.
    init(_ photos: [IndexedPhoto] = []) {
        self.photos = photos
        places = Dictionary(
            zip(photos.lazy.map(\.found.source), photos.indices),
            uniquingKeysWith: { first, _ in first })
    }

    subscript(identifier: String) -> IndexedPhoto? {
        places[PhotoSource(identifier)].map { photos[$0] }
    }
}

extension IndexedPhoto {
    /// Whether its original has been read; if not, it is known by a picture that the library keeps.
    var isOriginal: Bool { found.sizeBytes > 0 }
}
