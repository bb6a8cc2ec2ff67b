// The text in photos, looked for once they are searchable.

import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct LibraryIndexerTextTests {
    private let rig: Rig
    private let reader = FakeTextReader()
    private var policy = IndexingPolicy.foreground

    init() throws {
        rig = try Rig()
        policy.batch = 2
    }

    private func pass(
        _ own: IndexingPolicy? = nil, store: (any PhotoStore)? = nil
    ) async -> IndexingProgress {
        await Rig.end(of: indexer(own, store: store).run())
    }

    private func indexer(
        _ own: IndexingPolicy? = nil, store: (any PhotoStore)? = nil
    ) -> LibraryIndexer {
        LibraryIndexer(
            library: rig.library, decoder: PPMDecoder(), encoder: rig.encoder,
            store: store ?? rig.store, textReader: reader, conditions: rig.conditions,
            policy: own ?? policy, zone: Rig.zone, clock: rig.clock.clock)
    }

    @Test func withoutAReaderNobodyLooks() async throws {
        try await rig.fill(3)
        let end = await rig.pass()
        #expect((end.textTotal, end.textRead) == (0, 0))
        #expect(await rig.store.texts.isEmpty)
    }

    @Test func thePhotosOfAPassAreReadInIt() async throws {
        try await rig.fill(3)
        let end = await pass()
        #expect((end.phase, end.indexed, end.textTotal, end.textRead) == (.finished, 3, 3, 3))
        #expect(await rig.store.texts["2"] == "number 253")
    }

    @Test func turningItOnLaterEmbedsNothingAgain() async throws {
        try await rig.fill(5)
        await rig.pass()
        let embedded = await rig.encoder.batches
        let end = await pass()
        #expect((end.total, end.textRead) == (0, 5))
        #expect(await rig.encoder.batches == embedded)
    }

    @Test func whatWasReadIsNotReadAgain() async throws {
        try await rig.fill(3)
        _ = await pass()
        await rig.library.set(Rig.photo("new"), try Rig.file(0, 0, 255))
        let end = await pass()
        #expect((end.textTotal, end.textRead) == (1, 1))
        #expect(await reader.count == 4)
    }

    @Test func aPhotoWithoutTextIsNotReadAgain() async throws {
        await rig.library.set(Rig.photo("a"), try Rig.file(0, 0, 255))  // FakeTextReader: no text
        _ = await pass()
        #expect(await rig.store.texts["a"]?.isEmpty == true)
        #expect(await pass().textTotal == 0)
    }

    @Test func theNewestAreReadFirst() async throws {
        try await rig.fill(4)
        var one = policy
        (one.batch, one.decoders) = (1, 1)
        _ = await pass(one)
        #expect(await reader.texts == ["number 252", "number 253", "number 254", "number 255"])
    }

    @Test func aHotDeviceWaits() async throws {
        try await rig.fill(5)
        await rig.pass()
        let allowed = DeviceState()  // asked for photos to index, then for the first batch
        await rig.conditions.set(allowed, allowed, DeviceState(thermal: .critical))
        let indexer = indexer()
        for await progress in await indexer.run() where progress.phase == .waiting(.heat) { break }
        await indexer.stop()
        #expect(await rig.store.texts.isEmpty == false)
        #expect(await rig.store.texts.count < 5)
        await rig.conditions.set(DeviceState())
        let end = await pass()
        #expect(end.phase == .finished)
        #expect(await rig.store.texts.count == 5)
        #expect(await reader.count == 5)  // nothing twice
    }

    @Test func aPassThatEndsEarlyLosesTheBatchInHandAlone() async throws {
        try await rig.fill(5)
        await rig.pass()
        let indexer = indexer()
        await reader.set(before: { [reader] in
            if await reader.count == 4 { Task { await indexer.stop() } }
        })
        await reader.wait(afterwards: 4)
        let end = await Rig.end(of: indexer.run())
        #expect(end.phase == .stopped)
        #expect(await rig.store.texts.count == 4)
    }

    @Test func whatIsNotOnTheDeviceIsAskedForAgainByTheNextProcessOrAtNight() async throws {
        await rig.library.set(
            Rig.photo("a"), .notOnDevice, picture: .found(try RGBImage(2, 2, 255, 0, 0)))
        await rig.pass()
        await rig.library.set(Rig.photo("a"), .notOnDevice)
        let indexer = indexer()
        #expect(await Rig.end(of: indexer.run()).textTotal == 1)
        let asked = await rig.library.reads["a"]
        #expect(await Rig.end(of: indexer.run()).textTotal == 0)
        var night = policy
        night.retriesPending = true
        #expect(await Rig.end(of: indexer.run(policy: night)).textTotal == 1)
        #expect(await Rig.end(of: self.indexer().run()).textTotal == 1)
        #expect(await rig.library.reads["a"] ?? 0 > asked ?? 0)
        #expect(await rig.store.texts.isEmpty)
    }

    @Test func aReaderThatFailsLeavesThePhotoForLater() async throws {
        try await rig.fill(3)
        await reader.fail(on: "number 254")
        let end = await pass()
        #expect((end.phase, end.textTotal, end.textRead) == (.finished, 3, 2))
        await reader.fail(on: nil)
        #expect(await pass().textRead == 1)
    }

    @Test func aPhotoThatWasEditedMeanwhileIsReadByTheNextPass() async throws {
        await rig.library.set(Rig.photo("a"), try Rig.red(1))
        await rig.pass()
        let library = rig.library
        await reader.set(before: {
            guard let other = try? Rig.red(9) else { return }
            await library.set(Rig.photo("a", at: 2), other)
        })
        #expect(await pass().textRead == 0)
        await reader.set(before: nil)
        #expect(await pass().textRead == 1)
        #expect(await rig.store.texts["a"] == "number 246")
    }

    @Test func anEditedPhotoIsReadAnew() async throws {
        await rig.library.set(Rig.photo("a"), try Rig.red(1))
        _ = await pass()
        await rig.library.set(Rig.photo("a", at: 2), try Rig.file(0, 0, 255))
        #expect(await pass().textRead == 1)
        #expect(await rig.store.texts["a"]?.isEmpty == true)
    }

    @Test func theLibrarysOwnPictureIsEnough() async throws {
        await rig.library.set(
            Rig.photo("a"), .notOnDevice, picture: .found(try RGBImage(2, 2, 255, 0, 0)))
        _ = await pass()
        #expect(await rig.store.texts["a"] == "number 255")
        #expect(await rig.library.reads.isEmpty)
    }

    @Test func anIndexFindsPhotosByTheTextInThem() async throws {
        let store = try rig.indexStore()
        try await rig.fill(4)
        let end = await pass(store: store)
        #expect((end.phase, end.textRead) == (.finished, 4))
        #expect(try await store.photos(.withoutText).isEmpty)
        let hits = try await store.index.search("\"number 254\"")
        #expect(hits.map(\.source.description) == ["1"])
        #expect(try rig.verifies())
    }

    @Test func aFullDiskEndsThePassAndLosesNothing() async throws {
        try await rig.fill(5)
        await rig.pass()
        let store = UnreliableStore(rig.store) { _, batch in
            batch.map { $0 >= 1 } == true ? PhotoSearchError(.storage, "the disk is full") : nil
        }
        #expect(
            await pass(store: store).phase
                == .failed(PhotoSearchError(.storage, "the disk is full")))
        #expect(await rig.store.texts.count == 2)
        #expect(await pass().textRead == 3)
    }
}

extension RGBImage {
    /// Of one colour.
    fileprivate init(_ width: Int, _ height: Int, _ red: UInt8, _ green: UInt8, _ blue: UInt8)
        throws
    {
        let bytes = (0..<width * height).flatMap { _ in [red, green, blue] }
        try self.init(width: width, height: height, bytes: bytes)
    }
}

/// Says how red the first pixel is; nothing where it is not red at all.
private actor FakeTextReader: PhotoTextReader {
    private(set) var texts: [String] = []
    private var failing: String?
    private var before: (@Sendable () async -> Void)?
    private var most = Int.max

    var count: Int { texts.count }

    func fail(on text: String?) { failing = text }
    func set(before: (@Sendable () async -> Void)?) { self.before = before }
    /// After so many it sleeps until it is cancelled.
    func wait(afterwards most: Int) { self.most = most }

    func text(in picture: RGBImage) async throws -> String {
        await before?()
        if texts.count >= most { try await Task.sleep(for: .seconds(3600)) }
        let text = picture.bytes[0] == 0 ? "" : "number \(picture.bytes[0])"
        if text == failing { throw PhotoSearchError(.image, "a bad day") }
        texts.append(text)
        return text
    }
}
