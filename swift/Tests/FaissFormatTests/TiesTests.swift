import FaissFormat
import Foundation
import Testing

/// Vectors that are about equally near come in the order of their exact scores, then of their ids,
/// on every processor and as in Python. `.ci/swift` repeats this with every implementation.
@Suite struct TiesTests {
    struct Search: Decodable, Sendable, CustomStringConvertible {
        let kind: String
        let query: [Float]
        let ids: [Int64]
        let scores: [Float]

        var description: String { kind }

        static let all: [Search] = {
            let data = (try? Fixture.data("ties.json")) ?? Data()
            return (try? JSONDecoder().decode([Search].self, from: data)) ?? []
        }()

        func index() throws -> FaissIndex { try FaissIndex(Fixture.data("ties/\(kind).faiss")) }

        func agrees(_ found: [Neighbour], _ k: Int) -> Bool {
            found.map(\.id) == Array(ids.prefix(k)) && found.map(\.score) == Array(scores.prefix(k))
        }
    }

    private static let counts = [1, 2, 7, 20, 74, 75, 76, 150, 299, 300, 1000]

    @Test func everyKindHasSearches() {
        #expect(Set(Search.all.map(\.kind)) == ["SQ8", "SQfp16", "Flat"])
    }

    @Test(arguments: Search.all)
    func theOrderIsThatOfExactScores(search: Search) async throws {
        let index = try search.index()
        let options = SearchOptions(ties: .firstRows)
        for k in Self.counts {
            #expect(search.agrees(try index.search(search.query, k: k, options: options), k))
            for tasks in [2, 7] {
                let found = try await index.search(
                    search.query, k: k, options: options, tasks: tasks)
                #expect(search.agrees(found, k))
            }
        }
    }

    @Test(arguments: Search.all)
    func amongSomeTheOrderIsTheSame(search: Search) throws {
        let index = try search.index()
        let allowed = Set(stride(from: Int64(9), to: 500, by: 6))
        let options = SearchOptions(selection: index.selection(ofIDs: allowed), ties: .firstRows)
        let wanted = search.ids.filter(allowed.contains)
        for k in [1, 5, 21, 500] {
            let found = try index.search(search.query, k: k, options: options)
            #expect(found.map(\.id) == Array(wanted.prefix(k)))
        }
    }

    @Test(arguments: Search.all)
    func aFirstPassThatKeepsThemLeavesTheOrder(search: Search) throws {
        let index = try search.index()
        let pass = FirstPass(codes: try ShortCodes(of: index, width: 37), keep: 250)
        let options = SearchOptions(ties: .firstRows, firstPass: pass)
        let found = try index.search(search.query, k: 20, options: options)
        let places = found.map { search.ids.firstIndex(of: $0.id) ?? -1 }
        #expect(places == places.sorted())
    }
}
