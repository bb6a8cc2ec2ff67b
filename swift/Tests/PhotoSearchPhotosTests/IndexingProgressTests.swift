import Testing

@testable import PhotoSearchPhotos

@Suite struct IndexingProgressTests {
    @Test func theRateIsThatOfTheLastBatches() {
        var meter = RateMeter()
        #expect(meter.photosPerSecond == nil)
        meter.add(photos: 1000, in: .seconds(1))
        for _ in 0..<8 { meter.add(photos: 10, in: .milliseconds(500)) }
        #expect(meter.photosPerSecond == 20)
    }

    @Test func whatRemainsFollowsFromTheRate() {
        var progress = IndexingProgress()
        progress.total = 100
        #expect(progress.remaining == nil)
        progress.indexed = 30
        progress.pending = 5
        progress.failed = 5
        progress.photosPerSecond = 4
        #expect(progress.remaining == .seconds(15))
    }

    @Test func aPassTellsItsRate() async throws {
        let rig = try Rig()
        try await rig.fill(32)
        #expect(await rig.pass().photosPerSecond == 16)  // the clock gives each batch a second
    }

    @Test func aReaderWhoComesLateSeesTheEnd() async throws {
        var board = ProgressBoard()
        board.update { $0.phase = .finished }
        #expect(await Rig.end(of: board.stream()).phase == .finished)
    }
}
