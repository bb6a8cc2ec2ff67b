import FaissFormat
import Foundation
import Testing

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
