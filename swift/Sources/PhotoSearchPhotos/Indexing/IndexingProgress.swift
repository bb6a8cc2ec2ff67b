import PhotoSearch

/// How far indexing has come.
public struct IndexingProgress: Sendable, Equatable {
    public enum Phase: Sendable, Equatable {
        /// Finding out what is new.
        case looking
        case indexing
        /// Goes on by itself when the device allows it.
        case waiting(Obstacle)
        case finished
        /// Told to stop. What was committed stays, and the next pass goes on from there.
        case stopped
        case failed(PhotoSearchError)
    }

    public internal(set) var phase = Phase.looking
    /// Photos that this pass has to look at.
    public internal(set) var total = 0
    /// Of these: now searchable.
    public internal(set) var indexed = 0
    /// Of these: not on this device, or not to be had at the moment.
    public internal(set) var pending = 0
    /// Of these: damaged or of no known format.
    public internal(set) var failed = 0
    /// Photos, searchable before, whose originals were read: see `IndexingPolicy.readsOriginals`.
    public internal(set) var refined = 0
    /// Searchable photos in which this pass looks for text: see `LibraryIndexer`.
    public internal(set) var textTotal = 0
    /// Of these: done.
    public internal(set) var textRead = 0
    /// Photos that were forgotten because they were deleted.
    public internal(set) var removed = 0
    /// Photos that seem to be gone, but more than a fifth of all, so that they are kept: a library that
    /// could not be read, or a selection that was made smaller by mistake, is not a deletion. See
    /// `LibraryIndexer.forgetMissing()`.
    public internal(set) var heldBack = 0
    /// Over the last batches, without the time spent waiting; nil before the first.
    public internal(set) var photosPerSecond: Double?

    /// For previews and tests: an indexer makes its own.
    public init(
        phase: Phase = .looking, total: Int = 0, indexed: Int = 0, pending: Int = 0,
        failed: Int = 0, refined: Int = 0, removed: Int = 0, heldBack: Int = 0,
        photosPerSecond: Double? = nil, textTotal: Int = 0, textRead: Int = 0
    ) {
        (self.phase, self.total, self.indexed) = (phase, total, indexed)
        (self.pending, self.failed, self.refined) = (pending, failed, refined)
        (self.removed, self.heldBack) = (removed, heldBack)
        self.photosPerSecond = photosPerSecond
        (self.textTotal, self.textRead) = (textTotal, textRead)
    }

    /// The one element of a pass that could not begin, for an app to show like any other.
    public static func failure(_ error: any Error) -> IndexingProgress {
        var progress = IndexingProgress()
        progress.phase = .failed(error as? PhotoSearchError ?? PhotoSearchError(.usage, "\(error)"))
        return progress
    }

    /// Photos that this pass has dealt with.
    public var done: Int { indexed + pending + failed }

    /// How long the rest will take at this rate; nil before the first batch.
    public var remaining: Duration? {
        guard let rate = photosPerSecond, rate > 0 else { return nil }
        return .seconds(Double(max(total - done, 0)) / rate)
    }

    /// Whether no more will come.
    public var isLast: Bool {
        switch phase {
        case .looking, .indexing, .waiting: false
        case .finished, .stopped, .failed: true
        }
    }
}

/// What to do with photos that are in the store but no longer in the library.
enum Removal: Sendable {
    /// Forgets them, unless they are more than a fifth of all: a library that could not be read, or
    /// a selection that was made smaller by mistake, is not a deletion.
    case guarded
    /// Forgets them all.
    case all
}

/// Who wants to know how far indexing has come.
struct ProgressBoard {
    private(set) var latest = IndexingProgress()
    private var readers: [Int: AsyncStream<IndexingProgress>.Continuation] = [:]
    private var next = 0

    /// Changes what is known and tells everybody; the last element ends their streams.
    mutating func update(_ change: (inout IndexingProgress) -> Void) {
        change(&latest)
        for reader in readers.values { reader.yield(latest) }
        guard latest.isLast else { return }
        for reader in readers.values { reader.finish() }
        readers.removeAll()
    }

    mutating func begin() {
        latest = IndexingProgress()
    }

    /// A stream that starts with what is known now. A slow reader misses what is out of date.
    mutating func stream() -> AsyncStream<IndexingProgress> {
        let (stream, reader) = AsyncStream<IndexingProgress>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        reader.yield(latest)
        if latest.isLast {
            reader.finish()
        } else {
            readers[next] = reader
            next += 1
        }
        return stream
    }
}

/// Photos a second over the last batches.
struct RateMeter {
    private static let window = 8  // batches

    private var batches: [(photos: Int, seconds: Double)] = []

    mutating func add(photos: Int, in time: Duration) {
        let (seconds, attoseconds) = time.components
        batches.append((photos, Double(seconds) + Double(attoseconds) * 1e-18))
        if batches.count > Self.window { batches.removeFirst() }
    }

    /// nil before the first batch.
    var photosPerSecond: Double? {
        let seconds = batches.reduce(0) { $0 + $1.seconds }
        return seconds > 0 ? Double(batches.reduce(0) { $0 + $1.photos }) / seconds : nil
    }
}

/// Time, as indexing sees it; tests bring their own.
public struct IndexingClock: Sendable {
    /// Since any fixed moment.
    public let now: @Sendable () -> Duration
    /// Throws `CancellationError` if the task is cancelled meanwhile.
    public let sleep: @Sendable (Duration) async throws -> Void

    public init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    public static let system: IndexingClock = {
        let start = ContinuousClock.now
        return IndexingClock(
            now: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(for: $0) })
    }()
}
