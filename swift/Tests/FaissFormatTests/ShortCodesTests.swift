import FaissFormat
import Foundation
import Testing

@Suite struct ShortCodesTests {
    private func index(
        _ vectors: [[Float]], format: VectorFormat = .byte, metric: Metric = .innerProduct
    ) throws -> FaissIndex {
        let encoder = try VectorEncoder(
            format: format, dimension: vectors[0].count, trainedOn: vectors)
        var writer = try FaissWriter(encoder: encoder, metric: metric, ids: .none)
        for vector in vectors { try writer.append(vector) }
        return try FaissIndex(writer.data())
    }

    /// Two of twelve directions tell nearly all, the others decide between neighbours.
    private static let vectors: [[Float]] = (0..<3000).map { row in
        let angle = Float(row) / 3000 * 6.28
        return (0..<12).map { place in
            let main = cos(angle + Float(place)) + (place % 2 == 0 ? 0.5 : -0.5)
            return main + 0.02 * Float((row * (place + 3)) % 7)
        }
    }
    private static let queries: [[Float]] = [
        (0..<12).map { cos(Float($0) + 1) }, (0..<12).map { sin(2 * Float($0)) }, vectors[700],
    ]

    @Test(arguments: [VectorFormat.byte, .byteUniform, .float32, .float16, .bfloat16])
    func whatTheFirstPassKeepsIsScoredExactly(format: VectorFormat) throws {
        let index = try index(Self.vectors, format: format)
        let codes = try ShortCodes(of: index, width: 3)
        let options = SearchOptions(firstPass: FirstPass(codes: codes, keep: 200))
        for query in Self.queries {
            let exact = try index.search(query, k: 10)
            #expect(try index.search(query, k: 10, options: options) == exact)
        }
    }

    @Test func asManyAsAskedForAreFoundHoweverFewAreKept() async throws {
        let index = try index(Self.vectors)
        let codes = try ShortCodes(of: index, width: 1)
        let options = SearchOptions(firstPass: FirstPass(codes: codes, keep: 5))
        let query = Self.queries[0]
        #expect(try index.search(query, k: 10, options: options).count == 10)
        #expect(try await index.search(query, k: 10, options: options, tasks: 2).count == 10)
        #expect(try index.search(query, k: 0, options: options).isEmpty)
        #expect(try index.search(query, k: 5000, options: options).count == 3000)
    }

    @Test func theFirstPassLeavesOutWhatIsNotSelected() throws {
        let index = try index(Self.vectors)
        let codes = try ShortCodes(of: index, width: 3)
        let best = try index.search(Self.queries[0], k: 2).map(\.id)
        var options = SearchOptions(
            selection: index.selection(ofIDs: (0..<3000).filter { !best.contains($0) }))
        let exact = try index.search(Self.queries[0], k: 10, options: options)
        options.firstPass = FirstPass(codes: codes, keep: 200)
        #expect(try index.search(Self.queries[0], k: 10, options: options) == exact)
        #expect(!exact.contains { best.contains($0.id) })
    }

    @Test(arguments: [2, 10])
    func theFirstPassStaysWithinTheSelection(apart: Int) throws {
        let index = try index(Self.vectors)
        let codes = try ShortCodes(of: index, width: 3)
        let ids = stride(from: Int64(1), to: 3000, by: apart)
        var options = SearchOptions(selection: index.selection(ofIDs: ids))
        let exact = try index.search(Self.queries[0], k: 10, options: options)
        options.firstPass = FirstPass(codes: codes, keep: 200)
        #expect(try index.search(Self.queries[0], k: 10, options: options) == exact)
        #expect(exact.allSatisfy { ($0.id - 1) % Int64(apart) == 0 })
    }

    @Test func codesOfTheSameVectorsAreTheSame() throws {
        let index = try index(Self.vectors)
        let found = try (0..<2).map { _ in
            let pass = FirstPass(codes: try ShortCodes(of: index, width: 2), keep: 20)
            let options = SearchOptions(firstPass: pass)
            return try index.search(Self.queries[1], k: 20, options: options)
        }
        #expect(found[0] == found[1])
    }

    @Test func equalVectorsHaveCodes() throws {
        let index = try index([[Float]](repeating: [1, 2, 3, 4], count: 50))
        let codes = try ShortCodes(of: index, width: 4)
        let options = SearchOptions(
            ties: .firstRows, firstPass: FirstPass(codes: codes, keep: 3))
        #expect(try index.search([1, 1, 1, 1], k: 3, options: options).map(\.id) == [0, 1, 2])
    }

    @Test func vectorsThatAreNoNumbersAreNotLearntFrom() throws {
        var vectors = Self.vectors
        for row in stride(from: 0, to: 3000, by: 2) { vectors[row][3] = .nan }
        let index = try index(vectors, format: .float32)
        let codes = try ShortCodes(of: index, width: 3)
        let options = SearchOptions(firstPass: FirstPass(codes: codes, keep: 300))
        let exact = try index.search(Self.queries[0], k: 10)
        #expect(try index.search(Self.queries[0], k: 10, options: options) == exact)
    }

    @Test func aQueryThatIsNoNumberFindsNothing() throws {
        let index = try index(Self.vectors)
        let codes = try ShortCodes(of: index, width: 3)
        let options = SearchOptions(firstPass: FirstPass(codes: codes, keep: 300))
        let query = [Float](repeating: .nan, count: 12)
        #expect(try index.search(query, k: 10, options: options).isEmpty)
    }

    @Test func anEmptyIndexHasThem() throws {
        let encoder = try VectorEncoder(format: .float32, dimension: 4, trainedOn: [])
        let writer = try FaissWriter(encoder: encoder, metric: .innerProduct, ids: .none)
        let index = try FaissIndex(writer.data())
        #expect(try ShortCodes(of: index, width: 4).byteCount == 0)
    }

    @Test func theyTakeAByteANumber() throws {
        #expect(try ShortCodes(of: index(Self.vectors), width: 8).byteCount == 3008 * 8)
    }

    @Test func codesOfAnotherIndexAreRefused() throws {
        let codes = try ShortCodes(of: index(Self.vectors), width: 2)
        let other = try index(Array(Self.vectors.prefix(10)))
        let options = SearchOptions(firstPass: FirstPass(codes: codes, keep: 3))
        #expect(throws: FaissError.self) {
            try other.search(Self.queries[0], k: 1, options: options)
        }
    }

    @Test func indexesOfWholeNumbersAndOfDistancesHaveNone() throws {
        let whole = try index(Self.vectors, format: .byteDirect)
        #expect(throws: FaissError.self) { try ShortCodes(of: whole, width: 2) }
        let distances = try index(Self.vectors, metric: .squaredDistance)
        #expect(throws: FaissError.self) { try ShortCodes(of: distances, width: 2) }
    }

    @Test(arguments: [-1, 0, 13])
    func theirWidthIsWithinTheVectors(width: Int) throws {
        let index = try index(Self.vectors)
        #expect(throws: FaissError.self) { try ShortCodes(of: index, width: width) }
    }
}
