import FaissFormat
import Foundation
import Testing

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
