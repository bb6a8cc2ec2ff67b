/// What one pass has to do.
///
/// PhotoKit moves a photo's modification date for an edit, and for a new favourite too. So a photo
/// with another date is opened and its content compared by hash: an embedding is computed only for
/// a content that the store does not hold. A photo with the same date has the same content; if the
/// library says something else of it, that is written down without opening it.
struct IndexingPlan: Equatable {
    static let mostVanished = 5  // one in so many may be gone; as in photosearch/index/prune.py

    /// To be looked at, newest first: what people search for most.
    var photos: [LibraryPhoto] = []
    /// Known content of which the library says something else.
    var described: [LibraryPhoto] = []
    /// Identifiers to forget.
    var removed: [String] = []
    /// How many seem to be gone but are kept.
    var heldBack = 0

    init(
        _ changes: LibraryChanges, known: [String: KnownPhoto], retriesPending: Bool,
        removal: Removal
    ) {
        photos = changes.photos.filter {
            Self.isWork($0, known[$0.identifier], retriesPending: retriesPending)
        }
        described = changes.photos.filter { Self.isDescribedAnew($0, known[$0.identifier]) }
        photos.sort { ($0.takenAt ?? 0, $0.identifier) > ($1.takenAt ?? 0, $1.identifier) }
        if changes.isEverything {
            let present = Set(changes.photos.map(\.identifier))
            forget(known.keys.filter { !present.contains($0) }.sorted(), of: known.count, removal)
        } else {
            removed = changes.removed.filter { known[$0] != nil }.sorted()
        }
    }

    private static func isWork(
        _ photo: LibraryPhoto, _ known: KnownPhoto?, retriesPending: Bool
    ) -> Bool {
        guard let known, known.modifiedAt == photo.modifiedAt else { return true }
        return known.status == .pending && retriesPending
    }

    private static func isDescribedAnew(_ photo: LibraryPhoto, _ known: KnownPhoto?) -> Bool {
        guard let known, known.status == .indexed, known.modifiedAt == photo.modifiedAt else {
            return false
        }
        return known.isFavourite != photo.isFavourite || known.media != photo.media
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
