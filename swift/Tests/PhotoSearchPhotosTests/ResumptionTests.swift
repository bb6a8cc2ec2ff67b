import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct ResumptionTests {
    private let rig: Rig
    private var policy = IndexingPolicy.foreground

    init() throws {
        rig = try Rig()
        policy.batch = 2
    }

    @Test func whatWasCommittedBeforeAFailureIsNotDoneAgain() async throws {
        try await rig.fill(10)
        let store = UnreliableStore(rig.store) { _, batch in
            batch.map { $0 >= 3 } == true ? PhotoSearchError(.storage, "the disk is full") : nil
        }
        let end = await rig.pass(policy: policy, store: store)
        #expect(end.phase == .failed(PhotoSearchError(.storage, "the disk is full")))
        #expect(end.indexed == 6)

        let again = await rig.pass(policy: policy)
        #expect((again.phase, again.total, again.indexed) == (.finished, 4, 4))
        #expect(await rig.store.rows.count == 10)
    }

    @Test func aStoppedPassIsResumed() async throws {
        try await rig.fill(10)
        await rig.conditions.set(DeviceState(), DeviceState(thermal: .critical))
        let indexer = rig.indexer(policy: policy)
        let stream = await indexer.run()
        for await progress in stream where progress.phase == .waiting(.heat) { break }
        await indexer.stop()
        #expect(await rig.store.rows.count == 2)

        await rig.conditions.set(DeviceState())
        #expect(await rig.pass(policy: policy).indexed == 8)
    }

    @Test func aPassThatIsStoppedSaysSo() async throws {
        try await rig.fill(1)
        await rig.conditions.set(DeviceState(thermal: .critical))
        let indexer = rig.indexer()
        let stream = await indexer.run()
        async let end = Rig.end(of: stream)
        await indexer.stop()
        #expect(await end.phase == .stopped)
    }

    @Test func twoWhoRunAtOnceShareAPass() async throws {
        try await rig.fill(5)
        let indexer = rig.indexer(policy: policy)
        let (one, other) = (await indexer.run(), await indexer.run())
        async let first = Rig.end(of: one)
        async let second = Rig.end(of: other)
        #expect(await first == second)
        #expect(await rig.library.reads.values.allSatisfy { $0 == 1 })
    }
}
