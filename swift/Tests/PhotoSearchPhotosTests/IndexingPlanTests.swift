// What a pass does about photos that are gone, and about those described anew.

import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct RemovalTests {
    private let rig: Rig

    init() throws {
        rig = try Rig()
    }

    @Test func aDeletedPhotoIsForgotten() async throws {
        try await rig.fill(3)
        await rig.pass()
        await rig.library.delete("1")
        #expect(await rig.pass().removed == 1)
        #expect(await rig.store.rows.keys.sorted() == ["0", "2"])
    }

    @Test func deletionsThatWereRecordedAreBelievedHoweverManyTheyAre() async throws {
        try await rig.fill(3)
        await rig.pass()
        for name in ["0", "1", "2"] { await rig.library.delete(name) }
        #expect(await rig.pass().removed == 3)
        #expect(await rig.store.rows.isEmpty)
    }

    @Test func aFifthMayBeMissingFromAnUnrecordedLibrary() async throws {
        try await rig.fill(10)
        await rig.pass()
        for name in ["0", "1"] { await rig.library.delete(name) }
        await rig.library.forgetHistory()
        let end = await rig.pass()
        #expect((end.removed, end.heldBack) == (2, 0))
    }

    @Test func moreThanAFifthIsHeldBackUnlessAllowed() async throws {
        try await rig.fill(10)
        await rig.pass()
        for name in ["0", "1", "2"] { await rig.library.delete(name) }
        await rig.library.forgetHistory()
        let held = await rig.pass()
        #expect((held.phase, held.removed, held.heldBack) == (.finished, 0, 3))
        #expect(await rig.store.rows.count == 10)

        await rig.library.forgetHistory()
        let allowed = await rig.pass(forgettingMissing: true)
        #expect((allowed.removed, allowed.heldBack) == (3, 0))
        #expect(await rig.store.rows.count == 7)
    }

    @Test func aSmallerSelectionIsNoDeletion() async throws {
        await rig.library.setAccess(.limited)
        try await rig.fill(4)
        await rig.pass()
        for name in ["0", "1", "2"] { await rig.library.delete(name) }
        #expect(await rig.pass().heldBack == 3)
    }

    @Test func aPhotoDeletedDuringThePassIsForgottenInTheNextOne() async throws {
        try await rig.fill(2)
        await rig.library.setOriginal(.gone, of: "0")
        let end = await rig.pass()
        #expect((end.phase, end.total, end.indexed) == (.finished, 1, 1))
        await rig.library.delete("0")
        #expect(await rig.pass().total == 0)
        #expect(await rig.store.rows.keys.sorted() == ["1"])
    }
}

/// What the library says of photos whose content stays as it is.
@Suite struct FavouritesTests {
    private let rig: Rig

    init() throws {
        rig = try Rig()
    }

    private func found(_ store: IndexStore, _ filter: Filter) async throws -> [String] {
        try await store.index.search("red", filter: filter).map(\.source.description).sorted()
    }

    @Test func theyAreFoundByWhatTheLibrarySaysOfThem() async throws {
        let store = try rig.indexStore()
        let photos = [
            Rig.photo("a", isFavourite: true), Rig.photo("b", media: [.live, .burst]),
            Rig.photo("c"),
        ]
        for photo in photos { await rig.library.set(photo, try Rig.file(255, 0, 0)) }
        await rig.pass(store: store)
        #expect(try await found(store, Filter(favourites: true)) == ["a"])
        #expect(try await found(store, Filter(media: [.burst])) == ["b"])
        #expect(try await found(store, Filter(media: [.photo])) == ["a", "c"])
    }

    @Test func aNewFavouriteWithAnotherDateIsOpenedButNotEmbeddedAgain() async throws {
        let store = try rig.indexStore()
        try await rig.fill(3)
        await rig.pass(store: store)
        let before = try await store.index.photos().map(\.id)
        await rig.library.set(Rig.photo("1", at: 2, isFavourite: true), try Rig.red(1))
        let end = await rig.pass(store: store)
        #expect((end.total, end.indexed) == (1, 1))
        #expect(await rig.encoder.batches == [3])
        #expect(try await found(store, Filter(favourites: true)) == ["1"])
        #expect(try await store.index.photos().map(\.id) == before)
        #expect(await rig.pass(store: store).total == 0)
    }

    @Test func aNewFavouriteWithTheSameDateIsNotEvenOpened() async throws {
        let store = try rig.indexStore()
        try await rig.fill(2)
        await rig.pass(store: store)
        await rig.library.set(Rig.photo("1", isFavourite: true), try Rig.red(1))
        #expect(await rig.pass(store: store).total == 0)
        #expect(await rig.library.reads == ["0": 1, "1": 1])
        #expect(try await found(store, Filter(favourites: true)) == ["1"])
    }

    @Test func aFavouriteThatIsInTheCloudNowIsFoundAllTheSame() async throws {
        let store = try rig.indexStore()
        try await rig.fill(2)
        await rig.pass(store: store)
        await rig.library.set(Rig.photo("1", at: 2, isFavourite: true), .notOnDevice)
        #expect(await rig.pass(store: store).pending == 1)
        #expect(try await found(store, Filter(favourites: true)) == ["1"])
    }

    @Test func aCopyIsNotEmbeddedAgain() async throws {
        try await rig.fill(1)
        await rig.pass()
        await rig.library.set(Rig.photo("copy"), try Rig.red(0))
        await rig.pass()
        #expect(await rig.encoder.batches == [1])
        let rows = await rig.store.rows
        #expect(rows["copy"]?.vector == rows["0"]?.vector)
    }

    /// People change both in their library; no picture of such a photo is looked at.
    @Test(arguments: [true, false])
    func anotherDateOrPlaceIsWrittenDown(isOnDisk: Bool) async throws {
        let store: any PhotoStore = isOnDisk ? try rig.indexStore() : rig.store
        func photo(taken: Double, latitude: Double) -> LibraryPhoto {
            LibraryPhoto(
                identifier: "a", modifiedAt: Date(timeIntervalSince1970: 1), width: 2, height: 2,
                takenAt: Date(timeIntervalSince1970: taken), latitude: latitude, longitude: 1)
        }
        await rig.library.set(photo(taken: 1000.5, latitude: 10), try Rig.red(1))
        await rig.pass(store: store)
        let before = try #require(try await store.photos(.all).first)
        await rig.library.set(photo(taken: 2000.25, latitude: 20), try Rig.red(1))
        #expect(await rig.pass(store: store).total == 0)
        let after = try #require(try await store.photos(.all).first)
        #expect(after.info?.takenAt() == Date(timeIntervalSince1970: 2000.25))
        #expect((after.info?.latitude, after.info?.longitude) == (20, 1))
        #expect((after.id, after.info?.utcOffsetMinutes) == (before.id, 60))
        await rig.library.forgetHistory()
        #expect(await rig.pass(store: store).total == 0)
        #expect(await rig.encoder.batches == [1])
    }

    @Test func aStoreInMemoryIsDescribedTheSameWay() async throws {
        try await rig.fill(3)
        await rig.pass()
        await rig.library.set(Rig.photo("0", isFavourite: true), try Rig.red(0))
        await rig.library.set(Rig.photo("1", at: 2, media: [.live]), .notOnDevice)
        await rig.pass()
        let rows = await rig.store.rows
        #expect(rows["0"]?.photo.info?.isFavourite == true)
        #expect(rows["1"]?.photo.info?.media == .live)
        #expect(rows["1"]?.photo.found.modifiedNS == 1_000_000_000)
        #expect(rows.values.allSatisfy { $0.photo.status == .indexed })
    }
}
