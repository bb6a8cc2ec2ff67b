// Photos whose originals are in the cloud, or are read later, or cannot be read at the moment.

import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct DerivativeTests {
    private let rig: Rig
    private let night: IndexingPolicy

    init() throws {
        rig = try Rig()
        night = .background
    }

    private func set(
        _ name: String, at modified: Int64 = 1, _ original: LibraryAnswer<Data> = .notOnDevice,
        picture color: (UInt8, UInt8, UInt8) = (255, 0, 0), favourite: Bool = false
    ) async throws {
        let bytes = (0..<4).flatMap { _ in [color.0, color.1, color.2] }
        await rig.library.set(
            Rig.photo(name, at: modified, isFavourite: favourite), original,
            picture: .found(try RGBImage(width: 2, height: 2, bytes: bytes)))
    }

    private func embedding(_ name: String) async throws -> PhotoEmbedding {
        try #require(await rig.store.rows[name]?.embedding)
    }

    @Test func aPhotoWhoseOriginalIsInTheCloudIsSearchable() async throws {
        try await set("a", picture: (0, 0, 255))
        let end = await rig.pass()
        #expect((end.indexed, end.pending) == (1, 0))
        let found = try await embedding("a")
        #expect(found.vector?.firstIndex(of: 1) == FakeEncoder.colors.firstIndex(of: "blue"))
        #expect((found.sizeBytes, found.contentHash.count) == (0, 64))
    }

    @Test func noOriginalIsReadWhereThereIsAPicture() async throws {
        for number in 0..<20 { try await set("\(number)", try Rig.red(number)) }
        await rig.pass()
        #expect(await rig.library.reads.isEmpty)
        #expect(await rig.library.looks.count == 20)
    }

    @Test func withoutAnyPictureOfItAPhotoIsPending() async throws {
        await rig.library.set(Rig.photo("a"), .notOnDevice)
        #expect(await rig.pass().pending == 1)
        #expect(await rig.store.rows["a"]?.reason == "not on this device")
    }

    @Test func anotherDateIsAnotherPicture() async throws {
        try await set("a")
        await rig.pass()
        let before = try await embedding("a")
        try await set("a", at: 2, picture: (0, 255, 0))
        #expect(await rig.pass().indexed == 1)
        let after = try await embedding("a")
        #expect(before.contentHash != after.contentHash)
        #expect(after.vector?.firstIndex(of: 1) == FakeEncoder.colors.firstIndex(of: "green"))
    }

    @Test func anOriginalIsReadAtNightAndEmbeddedNoMore() async throws {
        try await set("a", try Rig.file(255, 0, 0))
        await rig.pass()
        let end = await rig.pass(policy: night)
        #expect((end.phase, end.total, end.refined) == (.finished, 0, 1))
        #expect(await rig.encoder.batches == [1])
        let found = try await embedding("a")
        #expect(found.vector?.firstIndex(of: 1) == FakeEncoder.colors.firstIndex(of: "red"))
        guard case .found(let file) = try Rig.file(255, 0, 0) else { return }
        #expect((found.contentHash, found.sizeBytes) == (ContentHash.of(file), file.count))
        #expect(await rig.pass(policy: night).refined == 0)
    }

    @Test func onceItsOriginalWasReadANewFavouriteIsNotEmbedded() async throws {
        try await set("a", try Rig.file(255, 0, 0))
        await rig.pass()
        await rig.pass(policy: night)
        try await set("a", at: 2, try Rig.file(255, 0, 0), favourite: true)
        #expect(await rig.pass().indexed == 1)
        #expect(await rig.encoder.batches == [1])
        #expect(await rig.store.rows["a"]?.photo.isFavourite == true)
    }

    @Test func anOriginalThatIsNotThereStaysUnread() async throws {
        try await set("a")
        await rig.pass()
        #expect(await rig.pass(policy: night).refined == 0)
        #expect(await rig.status("a") == .indexed)
    }

    @Test func aFullIndexKeepsTheIdOfAPhotoThatIsRefined() async throws {
        let store = try rig.indexStore()
        try await set("a", try Rig.file(255, 0, 0))
        try await set("b", picture: (0, 0, 255))
        await rig.pass(store: store)
        let before = try #require(try await store.index.search("red").first)
        #expect(await rig.pass(policy: night, store: store).refined == 1)
        let after = try #require(try await store.index.search("red").first)
        #expect((before.id, before.score) == (after.id, after.score))
        #expect(before.source == after.source)
        #expect(try await store.known().values.filter(\.isOriginal).count == 1)
        #expect(try rig.verifies())
    }

    @Test func aCopyOfAnOriginalThatIsIndexedSharesItsVector() async throws {
        let store = try rig.indexStore()
        let file = try Rig.file(255, 0, 0)
        await rig.library.set(Rig.photo("whole"), file)
        try await set("copy", file, picture: (250, 0, 0))
        await rig.pass(store: store)
        #expect(await rig.pass(policy: night, store: store).refined == 1)
        let hits = try await store.index.search("red")
        #expect(hits.count == 2)
        #expect(hits.first?.score == hits.last?.score)
        #expect(try rig.verifies())
    }
}

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
        #expect(await rig.store.rows["a"]?.reason == "busy")
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

@Suite struct ImageRequestTests {
    @Test func theFirstAnswerCounts() async {
        let answer = await ImageRequest<Int>.answer { request in
            request.finish(.found(1))
            request.finish(.found(2))
            return {}
        }
        #expect(answer == .found(1))
    }

    @Test func anAnswerMayComeLater() async {
        let answer = await ImageRequest<Int>.answer { request in
            Task {
                await Task.yield()
                request.finish(.found(1))
            }
            return {}
        }
        #expect(answer == .found(1))
    }

    @Test func aCancelledTaskDoesNotWaitAndTakesTheQuestionBack() async {
        let cancelled = Counter()
        let (started, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            await ImageRequest<Int>.answer { _ in
                start.yield()
                return { _ = cancelled.next() }
            }
        }
        for await _ in started { break }
        task.cancel()
        #expect(await task.value == .unavailable("cancelled"))
        #expect(cancelled.next() == 2)
    }

    @Test func aTaskThatIsCancelledAlreadyDoesNotWait() async {
        let cancelled = Counter()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await ImageRequest<Int>.answer { _ in { _ = cancelled.next() } }
        }
        #expect(await task.value == .unavailable("cancelled"))
        #expect(cancelled.next() == 2)
    }
}
