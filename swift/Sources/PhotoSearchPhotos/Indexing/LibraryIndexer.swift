import Foundation
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
    let library: any PhotoLibrary
    let decoder: any PictureDecoder
    let encoder: any ImageEncoder
    let store: any PhotoStore
    let textReader: (any PhotoTextReader)?
    let conditions: any DeviceConditions
    let clock: IndexingClock
    let zone: TimeZone
    let budget: DecodingBudget
    #if canImport(Darwin)
        private let pressure: MemoryPressure
    #endif
    /// Of the pass that runs.
    var policy: IndexingPolicy
    private var usual: IndexingPolicy
    private var hasOwnPolicy = false
    var board = ProgressBoard()
    var rate = RateMeter()
    /// Identifiers of photos whose text this process could not read.
    var unreadable: Set<String> = []
    private var running: Task<Void, Never>?

    /// - Parameters:
    ///   - library: `PhotoKitLibrary`, or a fake.
    ///   - decoder: `ImageIODecoder`, or a fake.
    ///   - encoder: Of the space that the store has, if it has one.
    ///   - store: Where the vectors go.
    ///   - textReader: Reads the text in photos once they are searchable; nil leaves it out.
    ///   - conditions: What the policy is asked about.
    ///   - policy: When to work; see also `setPolicy`.
    ///   - zone: Where photos count as taken whose file does not say, as PhotoKit does not either.
    ///   - clock: For tests.
    public init(
        library: any PhotoLibrary, decoder: any PictureDecoder, encoder: any ImageEncoder,
        store: any PhotoStore, textReader: (any PhotoTextReader)? = nil,
        conditions: any DeviceConditions = SystemConditions(),
        policy: IndexingPolicy = .foreground, zone: TimeZone = .current,
        clock: IndexingClock = .system
    ) {
        self.library = library
        self.decoder = decoder
        self.encoder = encoder
        self.store = store
        self.textReader = textReader
        self.conditions = conditions
        self.policy = policy
        usual = policy
        self.zone = zone
        self.clock = clock
        budget = DecodingBudget(policy.decodingBytes)
        #if canImport(Darwin)
            pressure = MemoryPressure(budget)
        #endif
    }

    /// Starts a pass, or joins the one that runs.
    ///
    /// - Parameter policy: For this pass alone; nil for the usual one. A pass that runs keeps its own.
    /// - Returns: How far it has come, until it is finished, stopped or failed. The pass goes on
    ///   whether anybody reads or not.
    @discardableResult
    public func run(policy: IndexingPolicy? = nil) -> AsyncStream<IndexingProgress> {
        join(.guarded, policy, retries: []).stream
    }

    /// The same, and photos that the library no longer has are forgotten, however many: see
    /// `IndexingProgress.heldBack`. A pass that runs is ended first.
    @discardableResult
    public func forgetMissing() async -> AsyncStream<IndexingProgress> {
        while running != nil { await stop() }
        return join(.all, nil, retries: []).stream
    }

    /// The same, with another look at all photos that failed or are not on the device.
    ///
    /// What the library could not give at the moment is looked at again in every pass. A pass that runs is
    /// waited for.
    @discardableResult
    public func retry() async -> AsyncStream<IndexingProgress> {
        while let running { await running.value }
        return join(.guarded, nil, retries: [.elsewhere, .failed]).stream
    }

    /// - Returns: How far the pass has come, and whether it begins now.
    func join(
        _ removal: Removal, _ own: IndexingPolicy?, retries: Retries
    ) -> (stream: AsyncStream<IndexingProgress>, isNew: Bool) {
        let isNew = running == nil
        if isNew {
            policy = own ?? usual
            hasOwnPolicy = own != nil
            board.begin()
            rate = RateMeter()
            let retries = policy.retriesPending ? retries.union(.elsewhere) : retries
            running = Task { await self.pass(removal, retries) }
        }
        return (board.stream(), isNew)
    }

    /// Ends the pass, if one runs, and waits until it has ended. Loses the batch in hand. Who watches
    /// begins another after a while; to end that, cancel it.
    public func stop() async {
        running?.cancel()
        await running?.value
    }

    /// The usual one, from the next batch on, unless the pass that runs has its own.
    public func setPolicy(_ policy: IndexingPolicy) async {
        usual = policy
        guard !hasOwnPolicy || running == nil else { return }
        self.policy = policy
        await budget.set(most: policy.decodingBytes)
    }

    private func pass(_ removal: Removal, _ retries: Retries) async {
        await budget.set(most: policy.decodingBytes)
        do {
            try await work(removal, retries)
            board.update { $0.phase = .finished }
        } catch is CancellationError {
            board.update { $0.phase = .stopped }
        } catch {
            let known = error as? PhotoSearchError ?? PhotoSearchError(.storage, "\(error)")
            if !Task.isCancelled { Trace.failed(known) }
            board.update { $0.phase = Task.isCancelled ? .stopped : .failed(known) }
        }
        let last = board.latest
        Trace.ended(
            last.phase == .finished ? "finished" : "ended early", indexed: last.indexed,
            pending: last.pending, failed: last.failed)
        running = nil
        if policy.unloadsModel { await encoder.unload() }
    }
}

#if canImport(CoreML) && canImport(ImageIO) && canImport(Photos) && canImport(Vision)
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
        ///   - readsText: Whether the text in photos is read too, by `VisionTextReader`.
        ///   - policy: When to work; see also `setPolicy`.
        ///   - zone: Where photos count as taken whose file does not say, as PhotoKit does not either.
        /// - Throws: `PhotoSearchError` of kind `bundle` if it has no packages.
        public init(
            _ bundle: ModelBundle, into store: any PhotoStore, readsText: Bool = false,
            policy: IndexingPolicy = .foreground, zone: TimeZone = .current
        ) throws(PhotoSearchError) {
            self.init(
                library: PhotoKitLibrary(), decoder: ImageIODecoder(),
                encoder: try CoreMLImageEncoder(bundle), store: store,
                textReader: readsText ? VisionTextReader() : nil, policy: policy, zone: zone)
        }
    }
#endif
