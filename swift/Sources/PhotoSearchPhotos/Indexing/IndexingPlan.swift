/// What one pass has to do.
struct IndexingPlan: Equatable {
    static let mostVanished = 5  // one in so many may be gone; as in photosearch/index/vanish.py

    /// To be looked at, newest first: what people search for most.
    var photos: [LibraryPhoto] = []
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

    private mutating func forget(_ gone: [String], of all: Int, _ removal: Removal) {
        let isSuspicious = gone.count * Self.mostVanished > all
        if isSuspicious, case .guarded = removal {
            heldBack = gone.count
        } else {
            removed = gone
        }
    }
}
