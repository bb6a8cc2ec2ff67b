import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct LibraryWatchTests {
    private let rig: Rig

    init() throws {
        rig = try Rig()
    }

    @Test func aWatcherRunsAgainWhenTheLibraryChanges() async throws {
        try await rig.fill(1)
        let indexer = rig.indexer()
        let (seen, counted) = AsyncStream<Int>.makeStream()
        let watching = Task {
            await indexer.watch { progress in
                if progress.phase == .finished { counted.yield(await rig.store.rows.count) }
            }
        }
        for await count in seen {
            if count == 2 { break }
            await rig.library.set(Rig.photo("new"), try Rig.file(0, 0, 0))
        }
        watching.cancel()
        await watching.value
        #expect(await rig.status("new") == .indexed)
    }

    /// As when another process is writing, or a disk is full.
    @Test(arguments: [PhotoSearchError.Kind.indexLocked, .storage])
    func aPassThatMayGetFurtherIsTriedAgain(kind: PhotoSearchError.Kind) async throws {
        try await rig.fill(2)
        let store = UnreliableStore(rig.store) { _, batch in
            batch.map { $0 < 3 } == true ? PhotoSearchError(kind, "not now") : nil
        }
        let indexer = rig.indexer(store: store)
        let (seen, phases) = AsyncStream<IndexingProgress.Phase>.makeStream()
        let watching = Task {
            await indexer.watch { if $0.isLast { phases.yield($0.phase) } }
        }
        var failures = 0
        for await phase in seen {
            if phase == .finished { break }
            failures += 1
        }
        watching.cancel()
        await watching.value
        #expect(failures == 3)
        #expect(await rig.store.rows.count == 2)
    }

    /// As by the end of the time that a system gave.
    @Test func aPassThatSomebodyElseStopsGoesOn() async throws {
        try await rig.fill(4)
        await rig.conditions.set(DeviceState(thermal: .critical))
        let indexer = rig.indexer()
        let (seen, phases) = AsyncStream<IndexingProgress.Phase>.makeStream()
        let watching = Task { await indexer.watch { phases.yield($0.phase) } }
        for await phase in seen where phase == .waiting(.heat) { break }
        await rig.conditions.set(DeviceState())
        await indexer.stop()
        for await phase in seen where phase == .finished { break }
        watching.cancel()
        await watching.value
        #expect(await rig.store.rows.count == 4)
    }

    /// The pass that a watcher joins may have looked before the change came.
    @Test func aChangeDuringAnotherPassIsNotMissed() async throws {
        try await rig.fill(2)
        let (indexer, library, reading) = (rig.indexer(), rig.library, Gate())
        await library.set(beforeOriginal: { await reading.pass() })
        await indexer.run()
        await reading.reached()
        let watching = Task { await indexer.watch() }
        await library.set(Rig.photo("late"), try Rig.file(0, 0, 255))
        await reading.open()
        while await rig.status("late") != .indexed { await Task.yield() }
        watching.cancel()
        await watching.value
    }

    @Test func aBurstOfChangesIsOne() async throws {
        let (updates, update) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let quiet = Gate()
        let settled = SettledUpdates.stream(of: updates, rig.clock.clock(sleepingAt: quiet))
        for _ in 0..<20 { update.yield() }
        await quiet.reached()
        for _ in 0..<20 {
            update.yield()
            await Task.yield()
        }
        await quiet.open()
        update.finish()
        var count = 0
        for await _ in settled { count += 1 }
        #expect((1...2).contains(count))
    }

    @Test func aChangeThatComesLaterIsAnother() async throws {
        let (updates, update) = AsyncStream<Void>.makeStream()
        var settled = SettledUpdates.stream(of: updates, rig.clock.clock).makeAsyncIterator()
        update.yield()
        #expect(await settled.next() != nil)
        update.yield()
        #expect(await settled.next() != nil)
        update.finish()
        #expect(await settled.next() == nil)
    }

    @Test func twoStoresOnOneFolderShareItsIndex() async throws {
        try await rig.fill(40)
        let (one, other) = (try rig.indexStore(), try rig.indexStore())
        #expect(one.index === other.index)
        async let first = rig.pass(store: one)
        async let second = rig.pass(store: other)
        #expect(await [first.phase, second.phase] == [.finished, .finished])
        #expect(try await one.index.status().indexed == 40)
        #expect(try rig.verifies())
    }

    /// As a copy does that was made with another model.
    @Test func anIndexThatTookTheFoldersPlaceIsAnother() async throws {
        try await rig.fill(1)
        let old = try rig.indexStore()
        await rig.pass(store: old)
        try FileManager.default.removeItem(at: rig.directory.url)
        let new = try rig.indexStore()
        #expect(new.index !== old.index)
        #expect(try await new.index.status().indexed == 0)
    }

    /// What took a folder's place may have come from another one, whose index is still open.
    @Test func anIndexThatWasMovedHereIsOpenedHere() async throws {
        try await rig.fill(3)
        let elsewhere = TemporaryDirectory()
        let encoder = try FakeEncoder(side: 2)
        let old = try IndexStore(at: elsewhere.url, encoder: encoder, model: "fake")
        await rig.pass(store: old)
        try FileManager.default.moveItem(at: elsewhere.url, to: rig.directory.url)
        let new = try rig.indexStore()
        #expect(new.index !== old.index)
        await rig.library.set(Rig.photo("new"), try Rig.red(50))
        #expect(await rig.pass(store: new).phase == .finished)
        #expect(try await new.index.status().indexed == 4)
    }

    @Test func aFolderIsSharedThroughALink() async throws {
        let link = TemporaryDirectory()
        let store = try rig.indexStore()
        try FileManager.default.createSymbolicLink(
            at: link.url, withDestinationURL: rig.directory.url)
        let other = try IndexStore(at: link.url, encoder: FakeEncoder(side: 2), model: "fake")
        #expect(store.index === other.index)
    }

    @Test func anotherWriterAndAStoreTakeTurns() async throws {
        try await rig.fill(40)
        let store = try rig.indexStore()
        let other = try PhotoIndex(at: rig.directory.url, patience: .seconds(10))
        async let pass = rig.pass(store: store)
        for _ in 0..<20 { try await other.compact() }
        #expect(await pass.phase == .finished)
        #expect(try rig.verifies())
    }
}
