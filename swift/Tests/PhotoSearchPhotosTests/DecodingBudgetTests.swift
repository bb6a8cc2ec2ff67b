import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct DecodingBudgetTests {
    private let budget = DecodingBudget(100)
    private let gate = Gate()
    private let running = Running()

    /// Starts decoding, each as large as it says, and tells how many may run at once.
    private func most(of sizes: [Int]) async -> Int {
        let tasks = sizes.map { size in
            Task { [budget, gate, running] in
                await budget.run(bytes: size) {
                    await running.enter()
                    await gate.pass()
                    await running.leave()
                }
            }
        }
        await gate.reached()
        for _ in 0..<100 { await Task.yield() }
        await gate.open()
        for task in tasks { await task.value }
        #expect(await running.all == sizes.count)
        return await running.most
    }

    @Test func asManyAsThereIsRoomFor() async {
        #expect(await most(of: [40, 40, 40, 40]) <= 2)
    }

    @Test func aLargeOneIsAlone() async {
        #expect(await most(of: [1000, 1000, 1000]) == 1)
    }

    @Test func eachIsAloneWhileMemoryIsTight() async {
        await budget.set(isTight: true)
        #expect(await most(of: [1, 1, 1]) == 1)
    }

    @Test func smallOnesRunTogether() async {
        #expect(await most(of: [1, 1, 1, 1]) <= 4)
        #expect(await running.most >= 1)
    }

    @Test func aPassDecodesWithinItsBudget() async throws {
        let rig = try Rig()
        let decoder = CountingDecoder()
        for number in 0..<12 {
            await rig.library.set(Rig.photo("\(number)"), try Rig.red(number))
        }
        var policy = IndexingPolicy.foreground
        policy.decoders = 4
        policy.decodingBytes = 1  // less than any photo
        let indexer = LibraryIndexer(
            library: rig.library, decoder: decoder, encoder: rig.encoder, store: rig.store,
            conditions: rig.conditions, policy: policy, clock: rig.clock.clock)
        #expect(await Rig.end(of: indexer.run()).indexed == 12)
        #expect(decoder.most == 1)
    }
}

/// Counts who is inside.
private actor Running {
    private var now = 0
    private(set) var most = 0
    private(set) var all = 0

    func enter() {
        (now, all) = (now + 1, all + 1)
        most = max(most, now)
    }

    func leave() { now -= 1 }
}

/// Takes a while, and counts how many photos it decodes at the same time.
private final class CountingDecoder: PictureDecoder, Sendable {
    private let lock = NSLock()
    private nonisolated(unsafe) var counts = (now: 0, most: 0)  // guarded by the lock

    var most: Int { lock.withLock { counts.most } }

    func decode(_ file: Data, atLeast side: Int) throws(PhotoSearchError) -> RGBImage {
        lock.withLock {
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
        defer { lock.withLock { counts.now -= 1 } }
        usleep(2000)
        return try PPMDecoder().decode(file, atLeast: side)
    }

    func details(of file: Data) -> PhotoDetails { PhotoDetails() }
}
