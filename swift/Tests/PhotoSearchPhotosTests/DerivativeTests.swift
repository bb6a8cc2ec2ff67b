// Photos whose originals are in the cloud, or are read later.

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
        _ name: String, at modified: Double = 1, _ original: LibraryAnswer<Data> = .notOnDevice,
        picture color: (UInt8, UInt8, UInt8) = (255, 0, 0), favourite: Bool = false
    ) async throws {
        let bytes = (0..<4).flatMap { _ in [color.0, color.1, color.2] }
        await rig.library.set(
            Rig.photo(name, at: modified, isFavourite: favourite), original,
            picture: .found(try RGBImage(width: 2, height: 2, bytes: bytes)))
    }

    private func row(_ name: String) async throws -> InMemoryPhotoStore.Row {
        try #require(await rig.store.rows[name])
    }

    @Test func aPhotoWhoseOriginalIsInTheCloudIsSearchable() async throws {
        try await set("a", picture: (0, 0, 255))
        let end = await rig.pass()
        #expect((end.indexed, end.pending) == (1, 0))
        let found = try await row("a")
        #expect(found.vector?.firstIndex(of: 1) == FakeEncoder.colors.firstIndex(of: "blue"))
        #expect((found.photo.found.sizeBytes, found.contentHash?.count) == (0, 64))
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
        #expect(await rig.store.rows["a"]?.photo.reason == "not on this device")
    }

    @Test func anotherDateIsAnotherPicture() async throws {
        try await set("a")
        await rig.pass()
        let before = try await row("a")
        try await set("a", at: 2, picture: (0, 255, 0))
        #expect(await rig.pass().indexed == 1)
        let after = try await row("a")
        #expect(before.contentHash != after.contentHash)
        #expect(after.vector?.firstIndex(of: 1) == FakeEncoder.colors.firstIndex(of: "green"))
    }

    @Test func anOriginalIsReadAtNightAndEmbeddedNoMore() async throws {
        try await set("a", try Rig.file(255, 0, 0))
        await rig.pass()
        let end = await rig.pass(policy: night)
        #expect((end.phase, end.total, end.refined) == (.finished, 0, 1))
        #expect(await rig.encoder.batches == [1])
        let found = try await row("a")
        #expect(found.vector?.firstIndex(of: 1) == FakeEncoder.colors.firstIndex(of: "red"))
        #expect(try Rig.file(255, 0, 0).hash == found.contentHash)
        #expect(found.photo.found.sizeBytes == 11 + 12)
        #expect(await rig.pass(policy: night).refined == 0)
    }

    @Test func onceItsOriginalWasReadANewFavouriteIsNotEmbedded() async throws {
        try await set("a", try Rig.file(255, 0, 0))
        await rig.pass()
        await rig.pass(policy: night)
        try await set("a", at: 2, try Rig.file(255, 0, 0), favourite: true)
        #expect(await rig.pass().indexed == 1)
        #expect(await rig.encoder.batches == [1])
        #expect(await rig.store.rows["a"]?.photo.info?.isFavourite == true)
    }

    @Test func anOriginalThatIsNotThereStaysUnread() async throws {
        try await set("a")
        await rig.pass()
        #expect(await rig.pass(policy: night).refined == 0)
        #expect(await rig.status("a") == .indexed)
    }

    @Test func aPhotoThatWasEditedWhileItsOriginalWasReadIsNotRefined() async throws {
        try await set("a", try Rig.file(255, 0, 0))
        await rig.pass()
        let (library, file) = (rig.library, try Rig.file(0, 255, 0))
        let bytes: [UInt8] = (0..<4).flatMap { _ in [0, 255, 0] }
        let green = try RGBImage(width: 2, height: 2, bytes: bytes)
        await rig.library.set(beforeOriginal: {
            await library.set(Rig.photo("a", at: 2), file, picture: .found(green))
        })
        #expect(await rig.pass(policy: night).refined == 0)
        await rig.library.set(beforeOriginal: nil)
        #expect(await rig.pass().indexed == 1)
        #expect(
            try await row("a").vector?.firstIndex(of: 1)
                == FakeEncoder.colors.firstIndex(of: "green"))
    }

    @Test func whatTheOriginalSaidStaysWhenItIsNoLongerOnTheDevice() async throws {
        let store = try rig.indexStore()
        let photo = Rig.photo("a", taken: 1000)
        let picture = try RGBImage(width: 2, height: 2, bytes: Array(repeating: 255, count: 12))
        let details = PhotoDetails(camera: "Canon R5", utcOffsetMinutes: 330)
        let vector = try FakeEncoder(side: 2).encode([picture])[0]
        var whole = PhotoContent(
            contentHash: String(repeating: "a", count: 64), sizeBytes: 9, details: details)
        whole.vector = vector
        try await store.apply(
            [.index(photo, whole, zone: Rig.zone)], space: rig.encoder.space)
        await rig.library.set(
            Rig.photo("a", at: 2, taken: 1000, isFavourite: true), .notOnDevice,
            picture: .found(picture))
        await rig.pass(store: store)
        let info = try #require(try await store.index.photos().first?.info)
        #expect((info.camera, info.utcOffsetMinutes) == ("Canon R5", 330))
        #expect((info.cameraTime, info.isFavourite) == (20_800_000_000, true))
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
        #expect(try await store.photos(.all).filter(\.isOriginal).count == 1)
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

extension LibraryAnswer<Data> {
    /// Of the file that was found.
    fileprivate var hash: String? {
        if case .found(let file) = self { ContentHash.of(file) } else { nil }
    }
}
