import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct LibraryRulesTests {
    private let rig: Rig

    init() throws {
        rig = try Rig()
    }

    private static let cases: [(LibraryRules, Bool)] = [
        (LibraryRules(), true), (LibraryRules(isImage: false), false),
        (LibraryRules(isHidden: true), false), (LibraryRules(isShared: true), false),
        (LibraryRules(burst: .representative), true), (LibraryRules(burst: .kept), true),
        (LibraryRules(burst: .other), false), (LibraryRules(isHidden: true, burst: .kept), false),
    ]

    @Test(arguments: Self.cases)
    func inAPassOverEverything(rules: LibraryRules, isSearched: Bool) async throws {
        await rig.library.set(Rig.photo("a"), try Rig.file(255, 0, 0), rules: rules)
        #expect(await rig.pass().indexed == (isSearched ? 1 : 0))
    }

    @Test(arguments: Self.cases)
    func inAPassOverChanges(rules: LibraryRules, isSearched: Bool) async throws {
        await rig.pass()
        await rig.library.set(Rig.photo("a"), try Rig.file(255, 0, 0), rules: rules)
        #expect(await rig.pass().indexed == (isSearched ? 1 : 0))
    }

    @Test(arguments: Self.cases, [true, false])
    func aPhotoThatBecomesSo(rule: (LibraryRules, Bool), isEverything: Bool) async throws {
        try await rig.fill(9)
        await rig.library.set(Rig.photo("a"), try Rig.file(255, 0, 0))
        await rig.pass()
        await rig.library.setRules(rule.0, of: "a")
        if isEverything { await rig.library.forgetHistory() }
        await rig.pass()
        #expect(await rig.status("a") == (rule.1 ? .indexed : nil))
        await rig.library.setRules(LibraryRules(), of: "a")
        await rig.pass()
        #expect(await rig.status("a") == .indexed)
    }

    /// The kinds that are searched keep what they are; edits keep their name.
    @Test(arguments: [MediaKinds.screenshot, .live, .panorama, .portrait, .burst])
    func kindsAreSearchable(kind: MediaKinds) async throws {
        await rig.library.set(Rig.photo("a", media: kind), try Rig.file(255, 0, 0))
        await rig.pass()
        #expect(await rig.store.rows["a"]?.photo.info?.media == kind)
        await rig.library.set(Rig.photo("a", at: 2, media: kind), try Rig.file(0, 0, 255))
        await rig.pass()
        #expect(await rig.store.rows.count == 1)
        #expect(await rig.store.rows["a"]?.photo.found.modifiedNS == 2_000_000_000)
    }
}
