// What fails for the moment, and what passes do about it.

import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct PassingFailureTests {
    private let rig: Rig

    init() throws {
        rig = try Rig()
    }

    @Test func whatTheLibraryCannotGiveIsAskedForAgainInTheSamePass() async throws {
        await rig.library.set(Rig.photo("a"), .unavailable("busy"))
        let end = await rig.pass()
        #expect((end.phase, end.pending, end.done) == (.finished, 1, 1))
        #expect(await rig.library.reads["a"] == 1 + IndexingPolicy.foreground.retries)
        #expect(await rig.store.rows["a"]?.photo.reason == "busy")
    }

    @Test func andInTheNextOneThoughNothingHasChanged() async throws {
        try await rig.fill(2)
        await rig.library.set(Rig.photo("a"), .unavailable("busy"))
        await rig.pass()
        await rig.library.setOriginal(try Rig.file(0, 0, 255), of: "a")
        let end = await rig.pass()
        #expect((end.total, end.indexed) == (1, 1))
        #expect(await rig.status("a") == .indexed)
    }

    @Test func anEditThatTheLibraryCannotGiveIsLookedAtInTheNextPass() async throws {
        await rig.library.set(Rig.photo("a"), try Rig.file(255, 0, 0))
        await rig.pass()
        await rig.library.set(Rig.photo("a", at: 2), .unavailable("busy"))
        #expect(await rig.pass().pending == 1)
        #expect(await rig.status("a") == .indexed)
        await rig.library.setOriginal(try Rig.file(0, 0, 255), of: "a")
        #expect(await rig.pass().indexed == 1)
        #expect(await rig.store.rows["a"]?.vector?.first == 0)
    }

    @Test func whatSeemsToBeGoneIsNotForgottenUntilTheLibrarySaysSo() async throws {
        try await rig.fill(3)
        await rig.pass()
        for number in 0..<3 { await rig.library.set(Rig.photo("\(number)", at: 2), .gone) }
        #expect(await rig.pass().phase == .finished)
        #expect(await rig.store.rows.count == 3)
        for number in 0..<3 {
            await rig.library.setOriginal(try Rig.red(50 + number), of: "\(number)")
        }
        #expect(await rig.pass().indexed == 3)
    }

    @Test func deletionsThatWereRecordedAreBelievedAtNight() async throws {
        try await rig.fill(4)
        await rig.pass()
        for name in ["0", "1"] { await rig.library.delete(name) }
        let end = await rig.pass(policy: .background)
        #expect((end.removed, end.heldBack) == (2, 0))
    }

    @Test func aNumberOfRetriesBelowZeroIsNone() async throws {
        var policy = IndexingPolicy.foreground
        policy.retries = -1
        await rig.library.set(Rig.photo("a"), .unavailable("busy"))
        #expect(await rig.pass(policy: policy).phase == .finished)
        #expect(await rig.library.reads["a"] == 1)
    }

    @Test func aPredictionThatFailedIsTriedAgain() async throws {
        try await rig.fill(1)
        await rig.encoder.breakDown(times: 2)
        let end = await rig.pass()
        #expect((end.indexed, end.pending) == (1, 0))
    }

    @Test func retryLooksAtAllThatFailedOrWasElsewhere() async throws {
        await rig.library.set(Rig.photo("bad"), .found(Data("not a picture".utf8)))
        await rig.library.set(Rig.photo("cloud"), .notOnDevice)
        #expect(await rig.pass().done == 2)
        await rig.library.setOriginal(try Rig.file(255, 0, 0), of: "bad")
        await rig.library.setOriginal(try Rig.file(0, 0, 255), of: "cloud")
        #expect(await rig.pass().total == 0)
        let end = await Rig.end(of: rig.indexer().retry())
        #expect((end.total, end.indexed) == (2, 2))
    }

    @Test func aPassHasItsOwnPolicyAndLeavesTheUsualOne() async throws {
        try await rig.fill(1)
        await rig.conditions.set(DeviceState(isCharging: false))
        let indexer = rig.indexer()
        let stream = await indexer.run(policy: .background)
        for await progress in stream where progress.phase == .waiting(.noCharger) { break }
        await indexer.stop()
        #expect(await Rig.end(of: indexer.run()).phase == .finished)
    }
}
