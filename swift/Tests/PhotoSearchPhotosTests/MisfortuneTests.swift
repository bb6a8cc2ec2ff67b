// What may happen while a pass runs, and that nothing indexed is lost by it.

import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct MisfortuneTests {
    private let rig: Rig
    private var policy = IndexingPolicy.foreground

    init() throws {
        rig = try Rig()
        policy.batch = 2
    }

    @Test func anEmptyLibraryIsIndexed() async {
        let end = await rig.pass()
        #expect((end.phase, end.total) == (.finished, 0))
        #expect(end.localizedDescription == "Indexed: 0")
    }

    @Test func photosThatVanishWhileTheyAreReadAreLeftOut() async throws {
        try await rig.fill(6)
        let library = rig.library
        await library.set(beforeOriginal: { await library.delete("3") })
        let end = await rig.pass(policy: policy)
        #expect(end.phase == .finished)
        #expect(await rig.status("3") == nil)
        #expect(await rig.pass(policy: policy).phase == .finished)
        #expect(await rig.store.rows.count == 5)
    }

    /// PhotoKit then gives nothing any more.
    @Test func permissionThatIsWithdrawnForgetsNothing() async throws {
        try await rig.fill(6)
        await rig.pass(policy: policy)
        for number in 6..<12 {
            await rig.library.set(Rig.photo("\(number)"), try Rig.red(number))
        }
        let (library, reads) = (rig.library, Counter())
        await library.set(beforeOriginal: {
            guard reads.next() == 3 else { return }
            await library.setAccess(.denied)
            for number in 0..<12 { await library.setOriginal(.gone, of: "\(number)") }
        })
        await rig.pass(policy: policy)
        #expect(await rig.store.rows.count >= 6)
        #expect(await rig.pass(policy: policy).phase.isFailure(.access))
        let kept = await rig.store.rows.count

        await library.set(beforeOriginal: nil)
        await library.setAccess(.full)
        for number in 0..<12 { await library.setOriginal(try Rig.red(number), of: "\(number)") }
        #expect(await rig.pass(policy: policy).phase == .finished)
        #expect(await rig.store.rows.count == 12)
        #expect(kept <= 12)
    }

    /// There is no record of what was not selected.
    @Test func fullAccessAfterASelectionFindsEverything() async throws {
        await rig.library.setAccess(.limited)
        await rig.library.set(Rig.photo("a"), try Rig.red(1))
        await rig.pass()
        #expect(await rig.store.token() == nil)
        await rig.library.setAccess(.full)
        await rig.pass()
        #expect(await rig.store.token() != nil)
    }

    @Test func heldBackPhotosCanBeForgottenInALaterPass() async throws {
        try await rig.fill(4)
        await rig.pass()
        for number in 0..<3 { await rig.library.delete("\(number)") }
        await rig.library.forgetHistory()
        #expect(await rig.pass().heldBack == 3)
        #expect(await rig.pass().heldBack == 3)  // still known
        #expect(await rig.pass(forgettingMissing: true).removed == 3)
        #expect(await rig.store.rows.count == 1)
    }

    /// Nanoseconds since 1970 hold three hundred years either way; other dates end Foundation.
    @Test(arguments: [-6.2e10, 6.4e10, 1e14, .nan, -.infinity])
    func aDateThatCannotBeIsOneLikeAnyOther(seconds: Double) async throws {
        let date = Date(timeIntervalSince1970: seconds)
        let store = try rig.indexStore()
        let photo = LibraryPhoto(
            identifier: "a", modifiedAt: date, width: 2, height: 2, takenAt: date)
        await rig.library.set(photo, try Rig.red(1))
        #expect(await rig.pass(store: store).indexed == 1)
        await rig.library.forgetHistory()
        #expect(await rig.pass(store: store).total == 0)
        #expect(try await store.index.photos().count == 1)
    }

    /// Another model has been put in the place of this one, and its first photo is in the store.
    @Test func aModelThatIsReplacedMeanwhileIsAnError() async throws {
        try await rig.fill(6)
        let store = rig.store
        await rig.encoder.set(meanwhile: {
            try? await store.apply([], space: "other")
            return 0
        })
        let end = await rig.pass(policy: policy)
        #expect(end.phase.isFailure(.wrongSpace))
        #expect(await rig.store.rows.isEmpty)
    }

    /// At each thing that a store is asked for, the disk is full once.
    @Test(arguments: 0..<13)
    func aFullDiskLosesNothing(step: Int) async throws {
        try await rig.fill(5)
        let store = UnreliableStore(rig.store) { request, _ in
            request == step ? PhotoSearchError(.storage, "the disk is full") : nil
        }
        #expect(await rig.pass(policy: policy, store: store).phase.isFailure(.storage))
        let again = await rig.pass(policy: policy, store: store)
        #expect(again.phase == .finished)
        #expect(await rig.store.rows.values.filter { $0.photo.status == .indexed }.count == 5)
        #expect(await rig.pass(policy: policy, store: store).total == 0)
    }

    /// A photo that was edited while the clock was wrong is older than what is known of it.
    @Test func aClockThatWasSetBackHidesNoEdit() async throws {
        await rig.library.set(Rig.photo("a", at: 9_000), try Rig.file(255, 0, 0))
        await rig.pass()
        await rig.library.set(Rig.photo("a", at: 5), try Rig.file(0, 255, 0))
        #expect(await rig.pass().indexed == 1)
        #expect(await rig.store.rows["a"]?.vector?[2] == 1)
    }
}

extension IndexingProgress.Phase {
    fileprivate func isFailure(_ kind: PhotoSearchError.Kind) -> Bool {
        if case .failed(let error) = self { error.kind == kind } else { false }
    }
}
