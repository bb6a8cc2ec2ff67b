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
    private(set) var photos: [IndexedPhoto] = []
    private var places: [PhotoSource: Int] = [:]

    /// Of two with one identifier, the first.
    init(_ photos: [IndexedPhoto] = []) {
        places.reserveCapacity(photos.count)
        for (place, photo) in photos.enumerated() {
            if places[photo.found.source] == nil { places[photo.found.source] = place }
        }
        let isUnique = places.count == photos.count
        self.photos = isUnique ? photos : places.values.sorted().map { photos[$0] }
        if isUnique { return }
        for (place, photo) in self.photos.enumerated() { places[photo.found.source] = place }
    }

    subscript(identifier: String) -> IndexedPhoto? {
        places[PhotoSource(identifier)].map { photos[$0] }
    }
}

extension IndexedPhoto {
    /// Whether its original has been read; if not, it is known by a picture that the library keeps.
    var isOriginal: Bool { found.sizeBytes > 0 }
}
