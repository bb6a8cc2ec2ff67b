import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct IndexStoreTests {
    private let rig: Rig

    init() throws {
        rig = try Rig()
    }

    @Test func whatIsIndexedIsFound() async throws {
        let store = try rig.indexStore()
        await rig.library.set(Rig.photo("a"), try Rig.file(255, 0, 0))
        await rig.library.set(Rig.photo("b"), try Rig.file(0, 0, 255))
        let end = await rig.pass(store: store)
        #expect((end.phase, end.indexed) == (.finished, 2))
        let hit = try #require(try await store.index.search("blue", limit: 1).first)
        #expect(hit.source.description == "b")
        #expect(hit.score > 0.9)
    }

    @Test func anotherProcessGoesOnWhereThisOneStopped() async throws {
        try await rig.fill(3)
        await rig.library.set(Rig.photo("cloud"), .notOnDevice)
        await rig.pass(store: try rig.indexStore())
        let later = try rig.indexStore()
        #expect(try await later.index.status().pending == 1)
        #expect(try later.token() != nil)
        let end = await rig.pass(store: later)
        #expect((end.phase, end.total) == (.finished, 0))
    }

    @Test func aDeletedPhotoIsNoLongerFound() async throws {
        let store = try rig.indexStore()
        try await rig.fill(2)
        await rig.pass(store: store)
        await rig.library.delete("0")
        await rig.pass(store: store)
        let hits = try await store.index.search("red")
        #expect(hits.map(\.source.description) == ["1"])
    }

    @Test func whenItWasTakenIsOnTheClockOfTheZone() async throws {
        let store = try rig.indexStore()
        await rig.library.set(Rig.photo("a", taken: 1000.5), try Rig.file(255, 0, 0))
        await rig.pass(store: store)
        let info = try #require(try await store.index.search("red").first?.info)
        #expect((info.cameraTime, info.utcOffsetMinutes) == (4_600_500_000, 60))
        #expect((info.width, info.height) == (2, 2))
    }

    @Test func vectorsOfAnotherSpaceAreRefused() async throws {
        let store = try rig.indexStore()
        let error = await #expect(throws: PhotoSearchError.self) {
            try await store.apply([], space: "other")
        }
        #expect(error?.kind == .wrongSpace)
    }
}
