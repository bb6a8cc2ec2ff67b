import FaissFormat
import Foundation
import Testing

/// Files that faiss wrote give what faiss finds, ties included.
@Suite struct SearchTests {
    private static let k = 12

    @Test func everyTypeHasAFixture() {
        let kinds = Set(Record.all.map(\.kind))
        #expect(VectorFormat.allCases.allSatisfy { kinds.contains($0.name) })
        #expect(Record.all.count >= 26)
    }

    @Test(arguments: Record.all)
    func whatTheFileHoldsIsTold(record: Record) throws {
        let index = try record.index()
        #expect(index.kind == record.kind)
        #expect("\(index.metric)" == record.metric)
        #expect(index.count == record.count)
        #expect(index.dimension == record.queries[0].count)
        #expect(try index.byteCount == record.data().count)
    }

    @Test(arguments: Record.all)
    func idsAndScoresAreFaisss(record: Record) throws {
        let index = try record.index()
        for (place, query) in record.queries.enumerated() {
            let got = try index.search(query, k: Self.k)
            #expect(Record.agree(got, ids: record.ids[place], scores: record.scores[place]))
        }
    }

    @Test(arguments: Record.all, [2, 3, 200])
    func idsAndScoresAreTheSameInParts(record: Record, tasks: Int) async throws {
        let index = try record.index()
        for (place, query) in record.queries.enumerated() {
            let got = try await index.search(query, k: Self.k, tasks: tasks)
            #expect(Record.agree(got, ids: record.ids[place], scores: record.scores[place]))
        }
    }

    @Test(arguments: Record.all)
    func aSelectionFindsWhatFaissFindsAmongIt(record: Record) async throws {
        guard let only = record.only else { return }
        let index = try record.index()
        let options = SearchOptions(selection: index.selection(ofIDs: only.permitted))
        for (place, query) in record.queries.enumerated() {
            let (ids, scores) = (only.ids[place], only.scores[place])
            let got = try index.search(query, k: Self.k, options: options)
            #expect(Record.agree(got, ids: ids, scores: scores))
            let parts = try await index.search(query, k: Self.k, options: options, tasks: 2)
            #expect(Record.agree(parts, ids: ids, scores: scores))
        }
    }

    @Test(arguments: Record.all)
    func aFileOnDiskIsSearchedAsOneInMemory(record: Record) throws {
        let url = Fixture.folder.appendingPathComponent("indexes/\(record.name).faiss")
        let index = try FaissIndex(contentsOf: url)
        let query = record.queries[0]
        #expect(try index.search(query, k: 5) == record.index().search(query, k: 5))
    }

    @Test(arguments: Record.all)
    func bytesAfterTheIndexAreIgnored(record: Record) throws {
        let data = try record.data()
        let index = try FaissIndex(data + Data("PSFOOTER".utf8))
        #expect(index.byteCount == data.count)
    }

    @Test(arguments: Record.all)
    func bytesMayBeginAnywhere(record: Record) throws {
        let shifted = Data([1, 2, 3]) + (try record.data())
        let index = try FaissIndex(shifted.dropFirst(3))
        let got = try index.search(record.queries[1], k: Self.k)
        #expect(Record.agree(got, ids: record.ids[1], scores: record.scores[1]))
    }
}
