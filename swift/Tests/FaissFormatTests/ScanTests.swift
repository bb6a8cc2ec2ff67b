// Exact scans: rows of bytes, ties, and the implementation that is used.

import Foundation
import Testing

@testable import FaissFormat

/// The scan with the query in bytes finds exactly what a scan without it finds.
@Suite struct ByteScanTests {
    private func vectors(_ count: Int, _ dimension: Int, seed: UInt64) -> [[Float]] {
        var state = seed
        return (0..<count).map { _ in
            (0..<dimension).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Int64(bitPattern: state) >> 40) / 0x1p23
            }
        }
    }

    private func index(_ vectors: [[Float]], format: VectorFormat = .byte) throws -> FaissIndex {
        let dimension = vectors[0].count
        let encoder = try VectorEncoder(format: format, dimension: dimension, trainedOn: vectors)
        var writer = try FaissWriter(encoder: encoder, metric: .innerProduct, ids: .none)
        for vector in vectors { try writer.append(vector) }
        return try FaissIndex(writer.data())
    }

    /// The best rows by inner products computed here.
    private func best(_ index: FaissIndex, _ query: [Float], k: Int) -> [Int64] {
        let scores = (0..<index.count).map { row in
            zip(index.vector(atRow: row), query).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        return scores.indices.sorted { scores[$0] > scores[$1] }.prefix(k).map { Int64($0) }
    }

    @Test(arguments: [3, 24, 65])
    func findsTheBestOfManyBlocks(dimension: Int) throws {
        let index = try index(vectors(5000, dimension, seed: 1))
        for query in vectors(3, dimension, seed: 2) {
            #expect(try index.search(query, k: 20).map(\.id) == best(index, query, k: 20))
        }
    }

    @Test func findsTheBestForAQueryWithOneLargeNumber() throws {
        let index = try index(vectors(3000, 16, seed: 3))
        var query = vectors(1, 16, seed: 4)[0]
        query[5] = 1e6
        let ids = try index.search(query, k: 10).map(\.id)
        let column = (0..<index.count).map { index.vector(atRow: $0)[5] }
        #expect(ids.allSatisfy { column[Int($0)] >= column.sorted(by: >)[9] })
    }

    @Test func aQueryOfZerosFindsTheFirstRows() throws {
        let index = try index(vectors(3000, 8, seed: 5))
        let options = SearchOptions(ties: .firstRows)
        let found = try index.search([Float](repeating: 0, count: 8), k: 3, options: options)
        #expect(found.map(\.id) == [0, 1, 2])
    }

    @Test func equalRowsAreAllScored() throws {
        let index = try index([[Float]](repeating: [1, -1, 0.5], count: 12_000) + [[2, 2, 2]])
        let options = SearchOptions(ties: .firstRows)
        let found = try index.search([1, 1, 1], k: 3, options: options)
        #expect(found.map(\.id) == [12_000, 0, 1])
    }
}

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

/// The implementation that the environment names; `.ci/swift` runs the scans' tests once for each.
@Suite struct KernelChoiceTests {
    @Test func theNamedOneIsUsedElseTheFastest() {
        let named = ProcessInfo.processInfo.environment[Kernels.variable] ?? ""
        #expect(Kernels.name == (named.isEmpty ? Kernels.names.last : named))
    }

    @Test func everyNameHasItsPlace() throws {
        #expect(Kernels.names.first == "scalar")
        for (place, name) in Kernels.names.enumerated() {
            #expect(try Kernels.place(of: name) == place)
        }
        #expect(try Kernels.place(of: nil) == nil)
        #expect(try Kernels.place(of: "") == nil)
    }

    @Test(arguments: ["sse9", "AVX2", " scalar", "neon2"])
    func anUnknownNameSaysWhatThereIs(name: String) {
        let expected = "what this processor can run: \(Kernels.names.joined(separator: ", "))"
        #expect(
            throws: FaissError.inconsistent(
                field: "PHOTOSEARCH_KERNEL", got: name, expected: expected)
        ) { try Kernels.place(of: name) }
    }
}
