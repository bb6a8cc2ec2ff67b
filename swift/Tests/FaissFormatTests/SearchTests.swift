// What a search finds: what faiss finds, what it does at its edges, and what a selection leaves.

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

/// What a search does at its edges.
@Suite struct SearchRulesTests {
    private func flat(
        _ vectors: [[Float]], metric: Metric = .innerProduct, ids: [Int64]? = nil,
        format: VectorFormat = .float32
    ) throws -> FaissIndex {
        let encoder = try VectorEncoder(
            format: format, dimension: vectors.first?.count ?? 1, trainedOn: vectors)
        var writer = try FaissWriter(
            encoder: encoder, metric: metric, ids: ids == nil ? .none : .storedForLookup)
        for (row, vector) in vectors.enumerated() {
            try writer.append(vector, id: ids?[row])
        }
        return try FaissIndex(writer.data())
    }

    @Test func theFirstRowsMayBeAskedFor() throws {
        let index = try flat([[1], [2], [2], [1], [2]])
        let options = SearchOptions(ties: .firstRows)
        #expect(try index.search([1], k: 4, options: options).map(\.id) == [1, 2, 4, 0])
        #expect(try index.search([1], k: 4).map(\.id) == [4, 2, 1, 3])
    }

    @Test func theFirstRowsAreKeptInPartsToo() async throws {
        let index = try flat([[1], [2], [2], [1], [2]])
        let options = SearchOptions(ties: .firstRows)
        let found = try await index.search([1], k: 2, options: options, tasks: 3)
        #expect(found.map(\.id) == [1, 2])
    }

    @Test(arguments: Metric.allCases)
    func vectorsThatAreNotNumbersAreNotFound(metric: Metric) throws {
        let index = try flat([[.nan, 1], [1, 1], [2, .nan], [0, 0]], metric: metric)
        #expect(Set(try index.search([1, 1], k: 4).map(\.id)) == [1, 3])
    }

    @Test func aQueryThatIsNotANumberFindsNothing() throws {
        #expect(try flat([[1, 2], [3, 4]]).search([.nan, 0], k: 2).isEmpty)
    }

    @Test func moreThanThereAreGivesAll() throws {
        #expect(try flat([[1], [2]]).search([1], k: .max).map(\.id) == [1, 0])
    }

    @Test(arguments: [VectorFormat.float32, .byte])
    func noneMayBeAskedFor(format: VectorFormat) async throws {
        let index = try flat([[1], [2]], format: format)
        #expect(try index.search([1], k: 0).isEmpty)
        #expect(try await index.search([1], k: 0, tasks: 2).isEmpty)
    }

    @Test func fewerThanNoneAreAnError() throws {
        let index = try flat([[1], [2]])
        #expect(throws: FaissError.outOfRange(argument: "k", got: -1, expected: "0 or more")) {
            try index.search([1], k: -1)
        }
    }

    @Test func aQueryOfAnotherWidthIsAnError() throws {
        let index = try flat([[1, 2]])
        #expect(throws: FaissError.wrongDimension(got: 3, expected: 2)) {
            try index.search([1, 2, 3], k: 1)
        }
    }

    @Test func aSelectionLeavesOutIdsThatAreNotThere() throws {
        let index = try flat([[1], [2], [3]], ids: [10, 20, 30])
        let selection = index.selection(ofIDs: [30, 7, 10, 10, -1])
        #expect(selection.count == 2)
        let found = try index.search([1], k: 3, options: SearchOptions(selection: selection))
        #expect(found.map(\.id) == [30, 10])
    }

    @Test func aSelectionWithoutStoredIdsNamesRows() throws {
        let index = try flat([[1], [2], [3]])
        let selection = index.selection(ofIDs: [2, 0, 3, -1])
        let found = try index.search([1], k: 3, options: SearchOptions(selection: selection))
        #expect(found.map(\.id) == [2, 0])
    }

    @Test func anEmptySelectionFindsNothing() throws {
        let index = try flat([[1], [2]])
        let options = SearchOptions(selection: index.selection(ofIDs: []))
        #expect(try index.search([1], k: 3, options: options).isEmpty)
    }

    @Test func everyRowWithAnIdIsSelected() throws {
        let index = try flat([[1], [2], [3]], ids: [5, 4, 5])
        #expect(index.selection(ofIDs: [5]).count == 2)
    }
}

@Suite struct SelectionTests {
    private static let unknown: Int64 = -77_777

    @Test(arguments: Record.all)
    func whatIsLeftOutAndWhatIsNotAreEverything(record: Record) throws {
        let index = try record.index()
        let ids = (0..<index.count).map { index.id(ofRow: $0) }
        for some in [ids.prefix(1), ids.suffix(2), ids[..<(ids.count / 2)], ids[...]]
        where !some.isEmpty {
            let left = Set(some)
            let rest = try #require(index.selection(withoutIDs: some + [Self.unknown]))
            #expect(rest.count == ids.count { !left.contains($0) })
            let options = SearchOptions(selection: rest)
            let found = try index.search(record.queries[0], k: ids.count, options: options)
            #expect(Set(found.map(\.id)) == Set(ids).subtracting(left))
        }
    }

    @Test(arguments: Record.all)
    func leavingNothingOutIsNoSelection(record: Record) throws {
        #expect(try record.index().selection(withoutIDs: [Self.unknown])?.count == nil)
    }
}
