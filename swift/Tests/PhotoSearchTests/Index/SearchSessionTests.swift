import Foundation
import Testing

@testable import PhotoSearch

/// Gives every text the same vector, when it is told to.
private actor SlowEncoder: TextEncoder {
    nonisolated let space = "ab"
    nonisolated let dim = 4
    nonisolated let calibration = Calibration(scale: 10, bias: -5)
    private(set) var asked: [String] = []

    func encode(_ text: String) async throws -> [Float] {
        asked.append(text)
        if text.hasPrefix("slow") { try await Task.sleep(for: .seconds(60)) }
        return [1, 0, 0, 0]
    }
}

@Suite struct SearchSessionTests {
    private let folder: TemporaryFolder
    private let encoder = SlowEncoder()
    private let index: PhotoIndex

    init() async throws {
        folder = try TemporaryFolder()
        index = try PhotoIndex.create(at: folder.url, encoder: encoder)
        let space = Space(
            space: encoder.space, model: "test", dim: 4, calibration: encoder.calibration)
        let changes = (0..<100).map { number in
            let photo = FoundPhoto(
                source: PhotoSource("/p/\(number)"), sizeBytes: 1, modifiedNS: 1)
            let angle = Float(number) / 100
            return IndexChange.index(
                photo, contentHash: "h\(number)",
                vector: [(1 - angle * angle).squareRoot(), angle, 0, 0], info: nil)
        }
        try await index.apply(changes, in: space)
    }

    @Test func typingOnCancelsTheQueryBefore() async throws {
        let session = SearchSession(index)
        let first = Task { try await session.search("slow dog") }
        while await encoder.asked.isEmpty { await Task.yield() }
        let hits = try await session.search("dog on a beach", limit: 3)
        #expect(hits.map(\.id) == [1, 2, 3])
        await #expect(throws: CancellationError.self) { try await first.value }
    }

    @Test func typingOnCancelsAQueryForMotifs() async throws {
        let session = SearchSession(index)
        let first = Task { try await session.search("slow dog", collapsing: .nearDuplicates) }
        while await encoder.asked.isEmpty { await Task.yield() }
        let groups = try await session.search(
            "dog on a beach", limit: 3, collapsing: .nearDuplicates)
        #expect(groups.map(\.best.id).first == 1)
        await #expect(throws: CancellationError.self) { try await first.value }
    }

    @Test func cancellingTheCallerCancelsTheQuery() async throws {
        let session = SearchSession(index)
        let task = Task { try await session.search("slow dog") }
        while await encoder.asked.isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(arguments: [1, 7, 100, 1000])
    func allResultsComeOneByOneBestFirst(page: Int) async throws {
        var ids: [Int64] = []
        for try await hit in index.results(for: "dog", page: page) { ids.append(hit.id) }
        #expect(ids == Array(1...100))
    }

    @Test(arguments: [1, 7, 1000])
    func theBestOfEveryMotifComeOneByOne(page: Int) async throws {
        let groups = try await index.search("dog", limit: 1000, collapsing: .nearDuplicates)
        var ids: [Int64] = []
        for try await hit in index.results(for: "dog", page: page, collapsing: .nearDuplicates) {
            ids.append(hit.id)
        }
        #expect(ids == groups.map(\.best.id))
        #expect(ids.count < 20)
    }

    @Test func theSameWordsAreEncodedOnce() async throws {
        _ = try await index.search("dog", limit: 1)
        _ = try await index.search("dog", limit: 5)
        #expect(await encoder.asked == ["dog"])
    }
}
