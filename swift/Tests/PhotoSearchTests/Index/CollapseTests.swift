import Foundation
import Testing

@testable import PhotoSearch

@Suite struct CollapseTests {
    private let folder: TemporaryFolder
    private let index: PhotoIndex
    private let fixture: JSONValue
    private let space = Space.test(dim: 32)

    init() async throws {
        folder = try TemporaryFolder()
        index = try PhotoIndex.create(at: folder.url, kind: .flat)
        fixture = try Fixture.json("collapse.json")
        let times = fixture["taken_at"]?.arrayValue ?? []
        let changes = (fixture["vectors"]?.strings ?? []).enumerated().map { place, hex in
            let info = PhotoInfo(
                width: 4, height: 3, cameraTime: times[place].integerValue.map(Int64.init))
            return IndexChange.index(
                .test(place + 1),
                contentHash: String(repeating: "0", count: 58) + "\(100_000 + place)",
                vector: Self.halves(hex), info: info)
        }
        try await index.apply(changes, in: space)
    }

    private static func halves(_ hex: String) -> [Float] {
        let digits = Array(hex.utf8).map { UInt16($0 > 0x39 ? $0 - 0x57 : $0 - 0x30) }
        return stride(from: 0, to: digits.count, by: 4).map { at in
            Half.float(
                digits[at] << 4 | digits[at + 1] | digits[at + 2] << 12 | digits[at + 3] << 8)
        }
    }

    private func vector(_ search: JSONValue) -> [Float] {
        (search["vector"]?.arrayValue ?? []).compactMap { $0.doubleValue.map(Float.init) }
    }

    @Test func groupsAreThoseOfTheReference() async throws {
        let searches = try #require(fixture["searches"]?.arrayValue)
        #expect(searches.count == 10)
        for search in searches {
            let collapse = Collapse(
                similarity: try #require(search["similarity"]?.doubleValue),
                withinSeconds: search["within_s"]?.doubleValue)
            let groups = try await index.search(
                vector: vector(search), limit: try #require(search["k"]?.integerValue),
                collapsing: collapse)
            let expected = (search["groups"]?.arrayValue ?? []).map { $0.ids.map(Int64.init) }
            #expect(groups.map { [$0.best.id] + $0.others.map(\.id) } == expected)
        }
    }

    @Test func ranksAreThoseAmongAllHits() async throws {
        let query = vector(try #require(fixture["searches"]?.arrayValue?.first))
        let groups = try await index.search(vector: query, limit: 1000, collapsing: .nearDuplicates)
        let hits = groups.flatMap { [$0.best] + $0.others }
        #expect(hits.map(\.rank).sorted() == Array(1..<hits.count + 1))
        #expect(Set(hits) == Set(try await index.search(vector: query, limit: 1000)))
        for group in groups {
            let ranks = [group.best.rank] + group.others.map(\.rank)
            #expect(ranks == ranks.sorted())
        }
    }

    @Test func aFilterAppliesBeforeTheCollapse() async throws {
        let query = vector(try #require(fixture["searches"]?.arrayValue?.first))
        let all = try await index.search(vector: query, limit: 1000, collapsing: .nearDuplicates)
        let burst = try #require(all.first { !$0.others.isEmpty })
        let others = Filter(ids: Set(burst.others.map(\.id)))
        let groups = try await index.search(
            vector: query, filter: others, collapsing: .nearDuplicates)
        #expect(groups.first?.best.id == burst.others.first?.id)
    }

    @Test func anEmptyIndexHasNoGroups() async throws {
        let folder = try TemporaryFolder()
        let index = try PhotoIndex.create(at: folder.url)
        #expect(try await index.search(vector: [1, 0], collapsing: .nearDuplicates).isEmpty)
    }

    @Test func numbersThatMakeNoSenseAreErrors() async throws {
        let collapses = [
            Collapse(similarity: 1.1), Collapse(similarity: .nan),
            Collapse(withinSeconds: -1), Collapse(withinSeconds: .nan),
        ]
        let query = [Float](repeating: 0.1, count: 32)
        for collapse in collapses {
            let error = await #expect(throws: PhotoSearchError.self) {
                try await index.search(vector: query, collapsing: collapse)
            }
            #expect(error?.kind == .usage)
        }
        await #expect(throws: PhotoSearchError.self) {
            try await index.search(vector: query, limit: 0, collapsing: .nearDuplicates)
        }
    }
}
