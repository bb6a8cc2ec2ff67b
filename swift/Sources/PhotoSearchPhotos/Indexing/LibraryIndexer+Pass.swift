import Foundation
import PhotoSearch

/// What one pass does.
extension LibraryIndexer {
    /// After so many photos a store is asked to publish: so many it may have to go through again
    /// if the process ends.
    private static let published = 1024

    func work(_ removal: Removal, _ retries: Retries) async throws {
        try await check()
        let changes = try await library.changes(since: try await store.token())
        let known = try await known(changes)
        let plan = IndexingPlan(
            changes, again: try await again(known, changes, retries), known: known,
            retries: retries, removal: removal, zone: zone)
        try await forget(plan)
        try await describe(plan.described)
        var missed = try await index(plan.photos)
        if plan.heldBack > 0 { missed.includesOthers = true }
        try await keep(changes.token, missed)
        if policy.readsOriginals { try await refine() }
        if !missed.photos.isEmpty { try await keep(changes.token, try await indexAgain(missed)) }
        if let textReader { try await readText(with: textReader) }
    }

    /// Photos that a pass could not deal with.
    struct Missed {
        /// The library may give them later.
        var photos: [PlannedPhoto] = []
        /// Whether others seemed to be gone and are kept, or were edited and are not on the device.
        var includesOthers = false

        /// Whether the store will say of each that it is pending. Of one that is indexed, by what it was
        /// before, it does not.
        var isStored: Bool { !includesOthers && photos.allSatisfy { !$0.isIndexed } }
    }

    /// Without the new token, the changes of this pass are among those of the next.
    private func keep(_ token: Data?, _ missed: Missed) async throws {
        try await store.publish()
        if missed.isStored { try await store.keep(token: token) }
    }

    /// What the store says of the photos that a pass may have to do with.
    private func known(_ changes: LibraryChanges) async throws -> KnownPhotos {
        if changes.isEverything { return KnownPhotos(try await store.photos(.all)) }
        let touched = changes.photos.map(\.identifier) + changes.removed
        let named = try await store.photos(.named(touched.map { PhotoSource($0) }))
        let names = Set(touched)
        let others = try await store.photos(.unsearchable)
            .filter { !names.contains($0.localIdentifier) }
        return KnownPhotos(named + others)
    }

    /// Photos that are looked at again, although they are not among the changes.
    private func again(
        _ known: KnownPhotos, _ changes: LibraryChanges, _ retries: Retries
    ) async throws -> [LibraryPhoto] {
        if changes.isEverything { return [] }
        let listed = Set(changes.photos.map(\.identifier)).union(changes.removed)
        let wanted = known.photos.filter(retries.includes).map(\.localIdentifier)
        return try await photos(wanted.filter { !listed.contains($0) }.sorted())
    }

    /// What the library says of them now; a few hundred are asked for at once.
    func photos(_ identifiers: [String]) async throws -> [LibraryPhoto] {
        var found: [LibraryPhoto] = []
        for start in stride(from: 0, to: identifiers.count, by: Self.published) {
            let some = identifiers[start..<min(start + Self.published, identifiers.count)]
            found += try await library.photos(Array(some))
        }
        return found
    }

    private func check() async throws {
        let access = await library.access()
        guard access.canRead else {
            throw PhotoSearchError(
                .access, "photo library: got access '\(access.rawValue)', expected full or limited")
        }
        if let space = try await store.space(), space != encoder.space {
            throw PhotoSearchError(
                .wrongSpace,
                """
                the store's vectors are of space \(space.prefix(12))…, got an encoder of \
                \(encoder.space.prefix(12))…: they cannot be compared. The store is untouched: use \
                that model, or another folder, which takes this one's place when it is whole
                """)
        }
    }

    private func forget(_ plan: IndexingPlan) async throws {
        if !plan.removed.isEmpty {
            try await store.apply(
                plan.removed.map { .remove(PhotoSource($0)) }, space: encoder.space)
        }
        board.update {
            $0.removed = plan.removed.count
            $0.heldBack = plan.heldBack
            $0.total = plan.photos.count
        }
    }

    private func describe(_ photos: [LibraryPhoto]) async throws {
        for start in stride(from: 0, to: photos.count, by: Self.published) {
            let some = photos[start..<min(start + Self.published, photos.count)]
            try await store.apply(
                some.map { [zone] in .describe($0, zone: zone) }, space: encoder.space)
        }
    }

    /// After a pause, those once more that the library could not give.
    private func indexAgain(_ first: Missed) async throws -> Missed {
        var (missed, pause) = (first, policy.patience)
        for _ in 0..<max(policy.retries, 0) where !missed.photos.isEmpty {
            try await clock.sleep(pause)
            pause *= 4
            board.update { $0.pending -= missed.photos.count }
            missed = try await index(missed.photos)
            missed.includesOthers = missed.includesOthers || first.includesOthers
        }
        return missed
    }

    /// While the model works on a batch, the next one is read. The model is loaded by the first photo
    /// that it is needed for.
    ///
    private func index(_ photos: [PlannedPhoto]) async throws -> Missed {
        var rest = photos[...]
        var unpublished = 0
        var missed = Missed()
        try await waitUntilAllowed()
        var ahead = read(&rest)
        defer { ahead?.outcomes.cancel() }
        while let batch = ahead {
            let began = clock.now()
            let outcomes = try await current(batch)
            ahead = read(&rest)
            let changes = try await BatchIndexer(encoder: encoder, zone: zone)
                .index(batch.photos.map(\.photo), outcomes)
            try Task.checkCancellation()
            try await store.apply(changes.flatMap { $0 }, space: encoder.space)
            rate.add(photos: batch.photos.count, in: clock.now() - began)
            count(changes)
            for (photo, changes) in zip(batch.photos, changes) { missed.add(photo, changes) }
            unpublished += batch.photos.count
            if unpublished >= Self.published {
                try await store.publish()
                unpublished = 0
            }
            if ahead != nil { try await waitUntilAllowed() }
        }
        return missed
    }

    /// Reads the originals of photos that are searchable by smaller pictures of them, newest first.
    private func refine() async throws {
        let wanted = KnownPhotos(try await store.photos(.indexedInPart))
        let photos = try await photos(wanted.photos.map(\.localIdentifier).sorted())
            .filter { $0.modifiedNS == wanted[$0.identifier]?.found.modifiedNS }
            .sorted { $0.order > $1.order }
        for start in stride(from: 0, to: photos.count, by: max(policy.batch, 1)) {
            try await waitUntilAllowed()
            let some = Array(photos[start..<min(start + max(policy.batch, 1), photos.count)])
            let changes = try await originals(of: some)
            if changes.isEmpty { continue }
            try await store.apply(changes, space: encoder.space)
            board.update { $0.refined += changes.count }
        }
        try await store.publish()
    }

    /// Of photos that were edited while they were read, nothing.
    private func originals(of photos: [LibraryPhoto]) async throws -> [IndexChange] {
        let originals = try await reader().originals(of: photos)
        let now = try await library.photos(photos.map(\.identifier))
        let dates = Dictionary(
            now.map { ($0.identifier, $0.modifiedAt) }, uniquingKeysWith: { first, _ in first })
        return zip(photos, originals).compactMap { photo, original in
            guard let original, dates[photo.identifier] == photo.modifiedAt else { return nil }
            return .refine(photo, original, zone: zone)
        }
    }

    /// Photos that are being read.
    private struct Batch {
        let photos: [PlannedPhoto]
        let reader: PhotoReader
        let outcomes: Task<[PhotoReader.Outcome], any Error>

        func value() async throws -> [PhotoReader.Outcome] {
            try await withTaskCancellationHandler {
                try await outcomes.value
            } onCancel: {
                outcomes.cancel()
            }
        }
    }

    /// What reading gave. Since it was read ahead, the batch before may have replaced the last photo
    /// with a content that needed no decoding: then that is looked at again.
    private func current(_ batch: Batch) async throws -> [PhotoReader.Outcome] {
        var outcomes = try await batch.value()
        for (place, photo) in batch.photos.enumerated() {
            guard case .embedded(let content) = outcomes[place],
                try await !store.holds(contentHash: content.contentHash)
            else { continue }
            outcomes[place] = try await batch.reader.read([photo])[0]
        }
        return outcomes
    }

    /// Starts to read the next batch; nil if nothing is left.
    private func read(_ rest: inout ArraySlice<PlannedPhoto>) -> Batch? {
        let photos = Array(rest.prefix(max(policy.batch, 1)))
        rest = rest.dropFirst(photos.count)
        if photos.isEmpty { return nil }
        let reader = reader()
        return Batch(
            photos: photos, reader: reader, outcomes: Task { try await reader.read(photos) })
    }

    private func reader() -> PhotoReader {
        PhotoReader(
            library: library, decoder: decoder, image: encoder.image,
            isEmbedded: { [store] in try await store.holds(contentHash: $0) },
            isDownloadAllowed: policy.downloadsPhotos, limit: policy.decoders, budget: budget)
    }

    func waitUntilAllowed() async throws {
        try Task.checkCancellation()
        while let obstacle = policy.obstacle(await conditions.state()) {
            board.update { $0.phase = .waiting(obstacle) }
            try await clock.sleep(policy.patience)
        }
        try Task.checkCancellation()
        if board.latest.phase != .indexing { board.update { $0.phase = .indexing } }
    }

    private func count(_ changes: [[IndexChange]]) {
        board.update { progress in
            for change in changes {
                switch change.first {
                case .index, .refine, .describe, .recognise: progress.indexed += 1
                case .pending: progress.pending += 1
                case .failed: progress.failed += 1
                case .remove, nil: progress.total -= 1  // gone since it was listed
                }
            }
            progress.photosPerSecond = rate.photosPerSecond
        }
    }
}

extension LibraryIndexer.Missed {
    fileprivate mutating func add(_ photo: PlannedPhoto, _ changes: [IndexChange]) {
        switch changes.first {
        case .pending(_, let reason):
            if reason != PhotoReader.notOnDevice {
                photos.append(photo)
            } else if photo.isIndexed {
                includesOthers = true
            }
        case nil: includesOthers = true
        default: break
        }
    }
}
