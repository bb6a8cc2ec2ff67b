import Foundation
import PhotoSearch

/// What one pass has to do.
///
/// PhotoKit's date of a photo may move for an edit alone, or for a new favourite too: see
/// `PhotoKitLibrary`. So a photo with another date is looked at again; one whose original was read is
/// compared by its hash, and embedded only if the store does not hold that. A photo with the same date
/// has the same content; if the library says something else of it, a favourite, a kind, a date taken or
/// a place, that is written down without opening it.
struct IndexingPlan: Equatable {
    static let mostVanished = 5  // one in so many may be gone; as in photosearch/index/prune.py

    /// To be looked at, newest first: what people search for most.
    var photos: [PlannedPhoto] = []
    /// Known content of which the library says something else.
    var described: [LibraryPhoto] = []
    /// Identifiers to forget.
    var removed: [String] = []
    /// How many seem to be gone but are kept.
    var heldBack = 0

    /// - Parameter again: Of those that `Retries` names, the photos that are not among the changes.
    init(
        _ changes: LibraryChanges, again: [LibraryPhoto] = [], known: KnownPhotos,
        retries: Retries, removal: Removal, zone: TimeZone = .current
    ) {
        let listed = changes.photos + again
        photos = listed.compactMap { photo in
            let known = known[photo.identifier]
            let isSame = known?.found.modifiedNS == photo.modifiedNS
            if let known, isSame, !retries.includes(known) { return nil }
            let isIndexed = known?.status == .indexed
            return PlannedPhoto(
                photo: photo, isIndexed: isIndexed,
                isOriginalKnown: isIndexed && known?.isOriginal == true)
        }
        photos.sort { $0.photo.order > $1.photo.order }
        described = changes.photos.filter { Self.isDescribedAnew($0, known[$0.identifier], zone) }
        if changes.isEverything {
            let present = Set(changes.photos.map(\.identifier))
            let gone = known.photos.map(\.localIdentifier).filter { !present.contains($0) }
            forget(gone.sorted(), of: known.photos.count, removal)
        } else {
            removed = changes.removed.filter { known[$0] != nil }.sorted()
        }
    }

    private static func isDescribedAnew(
        _ photo: LibraryPhoto, _ known: IndexedPhoto?, _ zone: TimeZone
    ) -> Bool {
        guard let known, known.status == .indexed, known.found.modifiedNS == photo.modifiedNS else {
            return false
        }
        let info = known.info ?? PhotoInfo(width: photo.width, height: photo.height)
        let now = info.described(
            isFavourite: photo.isFavourite, media: photo.media, occasion: photo.occasion(zone))
        return now != info
    }

    private mutating func forget(_ gone: [String], of all: Int, _ removal: Removal) {
        let isSuspicious = gone.count * Self.mostVanished > all
        if isSuspicious, case .guarded = removal {
            heldBack = gone.count
        } else {
            removed = gone
        }
    }
}

/// A photo to be looked at.
struct PlannedPhoto: Sendable, Equatable {
    let photo: LibraryPhoto
    /// Whether it can be found now, by what it was before.
    let isIndexed: Bool
    /// Whether the store knows what its original was, with which the one of now is compared.
    let isOriginalKnown: Bool
}

extension LibraryPhoto {
    /// Greatest for the newest, which people search for most.
    var order: (Date, String) { (takenAt ?? .distantPast, identifier) }
}

/// Which photos a pass looks at again, though they have not changed. What the library could not give
/// at the moment is always among them.
struct Retries: OptionSet, Equatable {
    let rawValue: Int

    /// Those that were not on the device.
    static let elsewhere = Retries(rawValue: 1)
    /// Those that are damaged, or of no known format: a newer system may read them.
    static let failed = Retries(rawValue: 2)

    func includes(_ known: IndexedPhoto) -> Bool {
        switch known.status {
        case .indexed: false
        case .pending: known.reason != PhotoReader.notOnDevice || contains(.elsewhere)
        case .failed: contains(.failed)
        }
    }
}
