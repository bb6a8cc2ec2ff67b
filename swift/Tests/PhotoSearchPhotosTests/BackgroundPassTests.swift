import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct BackgroundPassTests {
    private let rig: Rig
    private let given = Given()
    private let ends = Counter()

    init() throws {
        rig = try Rig()
    }

    private func begin(_ indexer: LibraryIndexer, clock: IndexingClock) {
        BackgroundPass(clock: clock, ended: { [ends] _ in _ = ends.next() })
            .begin(given, policy: .foreground) { indexer }
    }

    @Test func aPassToItsEndSucceeds() async throws {
        try await rig.fill(3)
        begin(rig.indexer(), clock: rig.clock.clock)
        #expect(await given.end() == true)
        #expect(await rig.store.rows.count == 3)
    }

    @Test func anIndexerThatCannotBeMadeFails() async {
        BackgroundPass(clock: rig.clock.clock, ended: { _ in })
            .begin(given, policy: .foreground) { throw PhotoSearchError(.bundle, "none") }
        #expect(await given.end() == false)
    }

    @Test func aStoppedPassIsOverWithItsTime() async throws {
        try await rig.fill(3)
        await rig.conditions.set(DeviceState(thermal: .critical))
        let never = Gate()  // so that it is the pass that ends the time
        begin(rig.indexer(), clock: rig.clock.clock(sleepingAt: never))
        while await rig.conditions.asked < 2 { await Task.yield() }
        given.expire()
        #expect(await given.end() == false)
        await never.open()
    }

    @Test func aPredictionInHandIsNotWaitedFor() async throws {
        try await rig.fill(3)
        let (predicting, grace) = (Gate(), Gate())
        await rig.encoder.set(meanwhile: {
            await predicting.pass()
            return 0
        })
        let indexer = rig.indexer()
        begin(indexer, clock: rig.clock.clock(sleepingAt: grace))
        await predicting.reached()
        given.expire()
        await grace.reached()  // it sleeps no longer than `grace`
        await grace.open()
        #expect(await given.end() == false)

        await predicting.open()
        await indexer.stop()
        #expect(given.completions == [false])  // not told twice
        #expect(ends.next() == 2)
        #expect(await rig.store.rows.isEmpty)
    }

    @Test func theGraceIsWithinASecond() {
        #expect(BackgroundPass.grace < .seconds(1))
    }
}

/// Time, as a system would give it.
private final class Given: GivenTime, Sendable {
    private let lock = NSLock()
    private nonisolated(unsafe) var handler: (() -> Void)?  // guarded by the lock
    private nonisolated(unsafe) var told: [Bool] = []
    private let (stream, continuation) = AsyncStream<Bool>.makeStream()

    var expirationHandler: (() -> Void)? {
        get { lock.withLock { handler } }
        set { lock.withLock { handler = newValue } }
    }

    var completions: [Bool] { lock.withLock { told } }

    func expire() { expirationHandler?() }

    func setTaskCompleted(success: Bool) {
        lock.withLock { told.append(success) }
        continuation.yield(success)
    }

    func end() async -> Bool? {
        for await success in stream { return success }
        return nil
    }
}
