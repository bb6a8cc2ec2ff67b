import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

/// An indexer among fakes.
struct Rig {
    let library = FakePhotoLibrary()
    let store = InMemoryPhotoStore()
    let encoder: TestEncoder
    let conditions = SettableConditions()
    let clock = ManualClock()
    /// An hour east of UTC.
    static let zone = TimeZone(secondsFromGMT: 3600) ?? .current
    let directory = TemporaryDirectory()

    init() throws {
        encoder = try TestEncoder()
    }

    func indexer(
        policy: IndexingPolicy = .foreground, store: (any PhotoStore)? = nil
    ) -> LibraryIndexer {
        LibraryIndexer(
            library: library, decoder: PPMDecoder(), encoder: encoder, store: store ?? self.store,
            conditions: conditions, policy: policy, zone: Self.zone, clock: clock.clock)
    }

    /// An index on disk, the same each time.
    func indexStore() throws -> IndexStore {
        try IndexStore(
            at: directory.url, encoder: FakeEncoder(side: 2), model: "fake")
    }

    /// Whether the index on disk is sound.
    func verifies() throws -> Bool {
        try PhotoIndex.verify(at: directory.url).isSound
    }

    /// One pass, to its end.
    @discardableResult
    func pass(
        policy: IndexingPolicy = .foreground, forgettingMissing: Bool = false,
        store: (any PhotoStore)? = nil
    ) async -> IndexingProgress {
        let indexer = indexer(policy: policy, store: store)
        return await Self.end(
            of: forgettingMissing ? indexer.forgetMissing() : indexer.run())
    }

    static func end(of stream: AsyncStream<IndexingProgress>) async -> IndexingProgress {
        var last = IndexingProgress()
        for await progress in stream { last = progress }
        return last
    }

    func status(_ identifier: String) async -> IndexedPhoto.Status? {
        await store.rows[identifier]?.photo.status
    }

    static func photo(
        _ identifier: String, at modified: Double = 1, taken: Double? = nil,
        isFavourite: Bool = false, media: MediaKinds = []
    ) -> LibraryPhoto {
        LibraryPhoto(
            identifier: identifier, modifiedAt: Date(timeIntervalSince1970: modified), width: 2,
            height: 2,
            takenAt: taken.map { Date(timeIntervalSince1970: $0) },
            isFavourite: isFavourite, media: media)
    }

    /// A picture of one colour.
    static func file(_ red: UInt8, _ green: UInt8, _ blue: UInt8) throws -> LibraryAnswer<Data> {
        let bytes = (0..<4).flatMap { _ in [red, green, blue] }
        return .found(PPMDecoder.encode(try RGBImage(width: 2, height: 2, bytes: bytes)))
    }

    /// One of a hundred pictures that are all red, and no two the same.
    static func red(_ number: Int) throws -> LibraryAnswer<Data> {
        try file(255 - UInt8(number % 100), 0, 0)
    }

    /// `count` red photos, named by their numbers.
    func fill(_ count: Int) async throws {
        for number in 0..<count {
            await library.set(
                Self.photo("\(number)", taken: Double(number)), try Self.red(number))
        }
    }
}

/// A place for an index, gone with this object.
final class TemporaryDirectory: Sendable {
    let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("\(UUID().uuidString).photoindex")

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}

/// Colours to vectors, except that it can be told to fail.
actor TestEncoder: ImageEncoder {
    nonisolated let space: String
    nonisolated let dim: Int
    nonisolated let image: ImageSpec
    private let colors: FakeEncoder
    private(set) var batches: [Int] = []
    private(set) var isLoaded = false
    private var spoiled: Set<Int> = []  // pictures whose first byte is one of these
    private var failures = 0  // to come
    private var meanwhile: (@Sendable () async -> Int)?
    private(set) var seenMeanwhile: [Int] = []

    init() throws {
        colors = try FakeEncoder(side: 2)
        (space, dim, image) = (colors.space, colors.dim, colors.image)
    }

    func spoil(_ byte: Int) { spoiled.insert(byte) }
    func breakDown(times: Int = .max) { failures = times }
    func set(meanwhile: @escaping @Sendable () async -> Int) { self.meanwhile = meanwhile }

    func encode(_ pictures: [RGBImage]) async throws -> [[Float]] {
        isLoaded = true
        if let meanwhile { seenMeanwhile.append(await meanwhile()) }
        batches.append(pictures.count)
        if failures > 0 {
            failures -= 1
            throw PhotoSearchError(.model, "broken")
        }
        let isSpoiled = pictures.contains { spoiled.contains(Int($0.bytes[0])) }
        if isSpoiled, pictures.count > 1 { throw PhotoSearchError(.model, "spoiled") }
        if isSpoiled { return [[Float](repeating: 0, count: dim)] }
        return try colors.encode(pictures)
    }

    func prewarm() { isLoaded = true }
    func unload() { isLoaded = false }
}

/// Conditions that a test changes, and that may change by themselves after being asked.
actor SettableConditions: DeviceConditions {
    private var states = [DeviceState()]
    private(set) var asked = 0

    /// One after the other; the last one stays.
    func set(_ states: DeviceState...) { self.states = states }

    func state() -> DeviceState {
        asked += 1
        return states.count > 1 ? states.removeFirst() : states[0]
    }
}

/// Time that passes a second each time it is read; sleeping takes none.
final class ManualClock: Sendable {
    private let seconds = Counter()

    var clock: IndexingClock {
        IndexingClock(
            now: { .seconds(self.seconds.next()) },
            sleep: { _ in
                try Task.checkCancellation()
                await Task.yield()
            })
    }

    /// Sleeps until a gate is opened.
    func clock(sleepingAt gate: Gate) -> IndexingClock {
        IndexingClock(now: clock.now, sleep: { _ in await gate.pass() })
    }
}

/// Where tasks wait until a test lets them go on.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var arrivals = 0
    private var observers: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        arrivals += 1
        for observer in observers { observer.resume() }
        observers.removeAll()
        if !isOpen { await withCheckedContinuation { waiting.append($0) } }
    }

    /// Waits until somebody is there.
    func reached() async {
        if arrivals == 0 { await withCheckedContinuation { observers.append($0) } }
    }

    func open() {
        isOpen = true
        for task in waiting { task.resume() }
        waiting.removeAll()
    }
}

/// Counts, from any thread.
final class Counter: Sendable {
    private let lock = NSLock()
    private nonisolated(unsafe) var value = 0  // guarded by the lock

    func next() -> Int {
        lock.withLock {
            value += 1
            return value
        }
    }
}
