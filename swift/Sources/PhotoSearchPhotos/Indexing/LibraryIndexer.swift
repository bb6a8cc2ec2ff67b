import PhotoSearch

#if canImport(CoreML) && canImport(ImageIO) && canImport(Photos)
    import PhotoSearchCoreML
#endif

/// Keeps a store in step with a photo library, a pass at a time.
///
/// ```swift
/// let indexer = LibraryIndexer(
///     library: PhotoKitLibrary(), decoder: ImageIODecoder(), encoder: encoder, store: store)
/// for await progress in await indexer.run() {
///     bar.show(progress.done, of: progress.total, remaining: progress.remaining)
/// }
/// ```
///
/// A pass can be stopped at any time, by `stop` or by the end of the process: what was committed
/// stays, and the next pass does the rest.
public actor LibraryIndexer {
    /// After so many photos a store is asked to publish: so many it may have to go through again
    /// if the process ends.
    private static let published = 1024

    private let library: any PhotoLibrary
    private let decoder: any PictureDecoder
    private let encoder: any ImageEncoder
    private let store: any PhotoStore
    private let conditions: any DeviceConditions
    private let clock: IndexingClock
    private var policy: IndexingPolicy
    private var board = ProgressBoard()
    private var rate = RateMeter()
    private var running: Task<Void, Never>?

    /// - Parameters:
    ///   - library: `PhotoKitLibrary`, or a fake.
    ///   - decoder: `ImageIODecoder`, or a fake.
    ///   - encoder: Of the space that the store has, if it has one.
    ///   - store: Where the vectors go.
    ///   - conditions: What the policy is asked about.
    ///   - policy: When to work; see also `setPolicy`.
    ///   - clock: For tests.
    public init(
        library: any PhotoLibrary, decoder: any PictureDecoder, encoder: any ImageEncoder,
        store: any PhotoStore, conditions: any DeviceConditions = SystemConditions(),
        policy: IndexingPolicy = .foreground, clock: IndexingClock = .system
    ) {
        self.library = library
        self.decoder = decoder
        self.encoder = encoder
        self.store = store
        self.conditions = conditions
        self.policy = policy
        self.clock = clock
    }

    /// Starts a pass, or joins the one that runs.
    ///
    /// - Parameter removal: Of photos that the library no longer has.
    /// - Returns: How far it has come, until it is finished, stopped or failed. The pass goes on
    ///   whether anybody reads or not.
    @discardableResult
    public func run(removal: Removal = .guarded) -> AsyncStream<IndexingProgress> {
        if running == nil {
            board.begin()
            rate = RateMeter()
            running = Task { await self.pass(removal) }
        }
        return board.stream()
    }

    /// Runs a pass now, and another each time the library has changed; ends when it is cancelled.
    public func watch(
        _ told: @Sendable (IndexingProgress) async -> Void = { _ in }
    ) async {
        // asked first, so that no change is missed while the pass runs
        let updates = library.updates()
        for await progress in run() { await told(progress) }
        for await _ in updates {
            if Task.isCancelled { break }
            for await progress in run() { await told(progress) }
        }
        await stop()
    }

    /// Ends the pass, if one runs, and waits until it has ended. Loses the batch in hand.
    public func stop() async {
        running?.cancel()
        await running?.value
    }

    /// From the next batch on.
    public func setPolicy(_ policy: IndexingPolicy) {
        self.policy = policy
    }

    private func pass(_ removal: Removal) async {
        do {
            try await work(removal)
            board.update { $0.phase = .finished }
        } catch is CancellationError {
            board.update { $0.phase = .stopped }
        } catch {
            let known = error as? PhotoSearchError ?? PhotoSearchError(.storage, "\(error)")
            board.update { $0.phase = Task.isCancelled ? .stopped : .failed(known) }
        }
        running = nil
        if policy.unloadsModel { await encoder.unload() }
    }

    private func work(_ removal: Removal) async throws {
        try await check()
        // what is pending is not among the changes, so another look at it is a look at everything
        let token = policy.retriesPending ? nil : try await store.token()
        let changes = try await library.changes(since: token)
        let plan = IndexingPlan(
            changes, known: try await store.known(), retriesPending: policy.retriesPending,
            removal: removal)
        try await forget(plan)
        try await describe(plan.described)
        try await index(plan.photos)
        try await store.publish()
        try await store.keep(token: changes.token)
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
            try await store.apply(plan.removed.map(PhotoChange.remove), space: encoder.space)
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
            try await store.apply(some.map(PhotoChange.describe), space: encoder.space)
        }
    }

    /// While the model works on a batch, the next one is read. The model is loaded by the first photo
    /// that it is needed for.
    private func index(_ photos: [LibraryPhoto]) async throws {
        var rest = photos[...]
        var unpublished = 0
        try await waitUntilAllowed()
        var ahead = read(&rest)
        defer { ahead?.outcomes.cancel() }
        while let batch = ahead {
            let began = clock.now()
            let outcomes = try await current(batch)
            ahead = read(&rest)
            let changes = try await BatchIndexer(encoder: encoder).index(batch.photos, outcomes)
            try Task.checkCancellation()
            try await store.apply(changes, space: encoder.space)
            rate.add(photos: batch.photos.count, in: clock.now() - began)
            count(changes)
            unpublished += batch.photos.count
            if unpublished >= Self.published {
                try await store.publish()
                unpublished = 0
            }
            if ahead != nil { try await waitUntilAllowed() }
        }
    }

    /// Photos that are being read.
    private struct Batch {
        let photos: [LibraryPhoto]
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
            guard case .embedded(let contentHash, _) = outcomes[place],
                try await !store.holds(contentHash: contentHash)
            else { continue }
            outcomes[place] = try await batch.reader.read([photo])[0]
        }
        return outcomes
    }

    /// Starts to read the next batch; nil if nothing is left.
    private func read(_ rest: inout ArraySlice<LibraryPhoto>) -> Batch? {
        let photos = Array(rest.prefix(max(policy.batch, 1)))
        rest = rest.dropFirst(photos.count)
        if photos.isEmpty { return nil }
        let reader = PhotoReader(
            library: library, decoder: decoder, image: encoder.image,
            isEmbedded: { [store] in try await store.holds(contentHash: $0) },
            isDownloadAllowed: policy.downloadsPhotos, limit: policy.decoders)
        return Batch(
            photos: photos, reader: reader, outcomes: Task { try await reader.read(photos) })
    }

    private func waitUntilAllowed() async throws {
        try Task.checkCancellation()
        while let obstacle = policy.obstacle(await conditions.state()) {
            board.update { $0.phase = .waiting(obstacle) }
            try await clock.sleep(policy.patience)
        }
        try Task.checkCancellation()
        if board.latest.phase != .indexing { board.update { $0.phase = .indexing } }
    }

    private func count(_ changes: [PhotoChange]) {
        board.update { progress in
            for change in changes {
                switch change {
                case .index, .describe: progress.indexed += 1
                case .pending: progress.pending += 1
                case .failed: progress.failed += 1
                case .remove:  // deleted since it was listed
                    progress.removed += 1
                    progress.total -= 1
                }
            }
            progress.photosPerSecond = rate.photosPerSecond
        }
    }
}

#if canImport(CoreML) && canImport(ImageIO) && canImport(Photos)
    extension LibraryIndexer {
        /// Of the person's photo library, embedded by a bundle's Core ML package.
        ///
        /// ```swift
        /// let indexer = try LibraryIndexer(bundle, into: store)
        /// for await progress in await indexer.run() { print(progress.done, progress.total) }
        /// ```
        ///
        /// Reads nothing but the manifest: the package is compiled when the first photo comes.
        ///
        /// - Parameters:
        ///   - bundle: One with packages, of the model that the store's words are embedded with.
        ///   - store: Where the vectors go.
        ///   - policy: When to work; see also `setPolicy`.
        /// - Throws: `PhotoSearchError` of kind `bundle` if it has no packages.
        public init(
            _ bundle: ModelBundle, into store: any PhotoStore, policy: IndexingPolicy = .foreground
        ) throws(PhotoSearchError) {
            self.init(
                library: PhotoKitLibrary(), decoder: ImageIODecoder(),
                encoder: try CoreMLImageEncoder(bundle), store: store, policy: policy)
        }
    }
#endif
