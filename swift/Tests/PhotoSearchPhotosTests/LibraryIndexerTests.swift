import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct LibraryIndexerTests {
    private let rig: Rig

    init() throws {
        rig = try Rig()
    }

    /// A copy of a photo whose own content the batch before it replaces.
    @Test func contentThatWentWhileTheNextPhotosWereReadIsEmbeddedAgain() async throws {
        await rig.library.set(Rig.photo("a", taken: 2), try Rig.red(1))
        await rig.pass()
        await rig.library.set(Rig.photo("a", at: 2, taken: 2), try Rig.red(2))
        await rig.library.set(Rig.photo("copy", taken: 1), try Rig.red(1))
        await rig.encoder.set(meanwhile: {
            try? await Task.sleep(for: .milliseconds(100))  // so that the copy is read
            return 0
        })
        var policy = IndexingPolicy.foreground
        policy.batch = 1
        #expect(await rig.pass(policy: policy).phase == .finished)
        #expect(await rig.status("copy") == .indexed)
    }

    @Test func theNextPhotosAreReadWhileTheModelWorks() async throws {
        try await rig.fill(4)
        let library = rig.library
        await rig.encoder.set(meanwhile: {
            for _ in 0..<1000 where await library.reads.count < 4 {
                try? await Task.sleep(for: .milliseconds(10))
            }
            return await library.reads.count
        })
        var policy = IndexingPolicy.foreground
        policy.batch = 2
        await rig.pass(policy: policy)
        #expect(await rig.encoder.seenMeanwhile == [4, 4])
    }

    @Test func everyPhotoIsIndexed() async throws {
        try await rig.fill(40)
        let end = await rig.pass()
        #expect(end.phase == .finished)
        #expect((end.total, end.indexed, end.done) == (40, 40, 40))
        #expect(await rig.store.rows.count == 40)
        #expect(await rig.encoder.batches == [16, 16, 8])
    }

    @Test func theVectorIsThatOfThePreparedPicture() async throws {
        await rig.library.set(Rig.photo("a"), try Rig.file(0, 0, 255))
        await rig.pass()
        let row = try #require(await rig.store.rows["a"])
        #expect(
            row.vector?.firstIndex(of: 1) == FakeEncoder.colors.firstIndex(of: "blue"))
        #expect(row.photo.found.sizeBytes == 11 + 12)
        #expect(row.contentHash?.count == 64)
    }

    @Test func aSecondPassHasNothingToDo() async throws {
        try await rig.fill(3)
        await rig.pass()
        let end = await rig.pass()
        #expect((end.phase, end.total) == (.finished, 0))
        #expect(await rig.library.reads.values.allSatisfy { $0 == 1 })
    }

    @Test func onlyWhatChangedIsOpenedAgain() async throws {
        try await rig.fill(3)
        await rig.pass()
        await rig.library.set(Rig.photo("1", at: 2), try Rig.file(0, 255, 0))
        let end = await rig.pass()
        #expect((end.total, end.indexed) == (1, 1))
        #expect(await rig.library.reads == ["0": 1, "1": 2, "2": 1])
        #expect(await rig.store.rows["1"]?.vector?[2] == 1)
    }

    @Test func theStoreIsAskedForWhatChangedAlone() async throws {
        try await rig.fill(3)
        let store = RecordingStore()
        await rig.pass(store: store)
        await rig.library.set(Rig.photo("1", at: 2), try Rig.file(0, 255, 0))
        await rig.pass(policy: .background, store: store)
        #expect(
            await store.asked == [
                .all, .named([PhotoSource("1")]), .unsearchable, .indexedInPart,
            ])
    }

    @Test func aPhotoInTheCloudIsPendingAndHasNoVector() async throws {
        await rig.library.set(Rig.photo("a"), .notOnDevice)
        let end = await rig.pass()
        #expect((end.phase, end.pending, end.indexed) == (.finished, 1, 0))
        let row = try #require(await rig.store.rows["a"])
        #expect(row.photo.status == .pending)
        #expect(row.photo.reason == "not on this device")
        #expect(row.vector == nil)
    }

    @Test func aPendingPhotoIsLookedAtAgainIfThePolicySaysSo() async throws {
        await rig.library.set(Rig.photo("a"), .notOnDevice)
        await rig.pass()
        await rig.library.setOriginal(try Rig.file(255, 0, 0), of: "a")
        await rig.pass()
        #expect(await rig.status("a") == .pending)
        await rig.pass(policy: .background)
        #expect(await rig.status("a") == .indexed)
    }

    @Test func aDamagedPhotoFailsAloneAndIsNotTriedAgain() async throws {
        try await rig.fill(2)
        await rig.library.set(Rig.photo("bad"), .found(Data("not a picture".utf8)))
        let end = await rig.pass()
        #expect((end.indexed, end.failed) == (2, 1))
        #expect(await rig.store.rows["bad"]?.photo.reason == "got 13 bytes, expected a PPM file")
        await rig.library.forgetHistory()
        #expect(await rig.pass().total == 0)
    }

    @Test func aVectorOfZerosIsNeverStored() async throws {
        try await rig.fill(2)
        await rig.library.set(Rig.photo("zero"), try Rig.file(0, 0, 0))
        await rig.encoder.spoil(0)
        let end = await rig.pass()
        #expect((end.indexed, end.failed) == (2, 1))
        let row = try #require(await rig.store.rows["zero"])
        #expect((row.photo.status, row.vector) == (.failed, nil))
    }

    @Test func anEncoderThatFailsForAllIsNoFaultOfThePhotos() async throws {
        try await rig.fill(3)
        await rig.encoder.breakDown()
        let end = await rig.pass()
        #expect(end.phase == .failed(PhotoSearchError(.model, "broken")))
        #expect(await rig.store.rows.isEmpty)
    }

    @Test func theNewestPhotosComeFirst() async throws {
        try await rig.fill(4)
        var policy = IndexingPolicy.foreground
        policy.batch = 1
        let store = RecordingStore()
        await rig.pass(policy: policy, store: store)
        #expect(await store.order == ["3", "2", "1", "0"])
    }

    @Test func aLongPassPublishesOnTheWayAndAtItsEnd() async throws {
        try await rig.fill(1100)
        let store = RecordingStore()
        await rig.pass(store: store)
        #expect(await store.published == [1024, 1100])
    }

    @Test func aStoreOfAnotherSpaceIsLeftAlone() async throws {
        try await rig.store.apply([], space: "other")
        let end = await rig.pass()
        guard case .failed(let error) = end.phase else {
            Issue.record("got \(end.phase)")
            return
        }
        #expect(error.kind == .wrongSpace)
    }

    @Test(arguments: [LibraryAccess.denied, .restricted, .notDetermined])
    func withoutAccessThereIsAnErrorAndNothingIsForgotten(access: LibraryAccess) async throws {
        try await rig.fill(2)
        await rig.pass()
        await rig.library.setAccess(access)
        let end = await rig.pass()
        guard case .failed(let error) = end.phase else {
            Issue.record("got \(end.phase)")
            return
        }
        #expect(error.kind == .access)
        #expect(await rig.store.rows.count == 2)
    }

    @Test func theModelIsUnloadedAfterAPass() async throws {
        try await rig.fill(1)
        await rig.pass()
        #expect(await rig.encoder.isLoaded == false)
    }

    @Test func itIsKeptIfThePolicySaysSo() async throws {
        try await rig.fill(1)
        var policy = IndexingPolicy.foreground
        policy.unloadsModel = false
        await rig.pass(policy: policy)
        #expect(await rig.encoder.isLoaded)
    }
}

/// Notes in which order photos come, what it is asked, and after how many to publish.
private actor RecordingStore: PhotoStore {
    private(set) var order: [String] = []
    private(set) var published: [Int] = []
    private(set) var asked: [PhotoRows] = []
    private var kept: Data?

    func space() -> String? { nil }
    func holds(contentHash: String) -> Bool { false }
    func publish() { published.append(order.count) }
    func token() -> Data? { kept }
    func keep(token: Data?) { kept = token }

    func photos(_ which: PhotoRows) -> [IndexedPhoto] {
        asked.append(which)
        return []
    }

    func apply(_ changes: [IndexChange], space: String) {
        for case .index(let photo, _, _, _, _) in changes { order.append(photo.source.description) }
    }
}
