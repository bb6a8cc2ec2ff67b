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
        let allowed = await rig.pass(removal: .all)
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

    @Test func aPhotoDeletedDuringThePassIsForgotten() async throws {
        try await rig.fill(2)
        await rig.library.setContent(.gone, of: "0")
        let end = await rig.pass()
        #expect((end.phase, end.total, end.indexed, end.removed) == (.finished, 1, 1, 1))
    }
}
