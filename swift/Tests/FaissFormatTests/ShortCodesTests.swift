import FaissFormat
import Foundation
import Testing

@Suite struct ShortCodesTests {
    private func index(_ vectors: [[Float]], format: VectorFormat = .byte) throws -> FaissIndex {
        let encoder = try VectorEncoder(
            format: format, dimension: vectors[0].count, trainedOn: vectors)
        var writer = try FaissWriter(encoder: encoder, metric: .innerProduct, ids: .none)
        for vector in vectors { try writer.append(vector) }
        return try FaissIndex(writer.data())
    }

    /// The first two numbers tell nearly all, the third one decides between neighbours.
    private let vectors: [[Float]] = (0..<3000).map { row in
        let angle = Float(row) / 3000 * 6.28
        return [cos(angle), sin(angle), 0.01 * Float(row % 7)]
    }

    @Test func whatTheFirstPassKeepsIsScoredExactly() throws {
        let index = try index(vectors)
        let codes = try ShortCodes(of: index, width: 2)
        let options = SearchOptions(firstPass: FirstPass(codes: codes, keep: 200))
        for query in [[1, 0, 1], [-0.6, 0.8, -0.5]] as [[Float]] {
            let exact = try index.search(query, k: 10)
            #expect(try index.search(query, k: 10, options: options) == exact)
        }
    }

    @Test func noMoreThanTheFirstPassKeepsIsFound() async throws {
        let index = try index(vectors)
        let codes = try ShortCodes(of: index, width: 1)
        let options = SearchOptions(firstPass: FirstPass(codes: codes, keep: 5))
        #expect(try index.search([1, 0, 0], k: 10, options: options).count == 5)
        #expect(try await index.search([1, 0, 0], k: 10, options: options, tasks: 2).count == 5)
    }

    @Test func theFirstPassStaysWithinTheSelection() throws {
        let index = try index(vectors)
        let codes = try ShortCodes(of: index, width: 2)
        let options = SearchOptions(
            selection: index.selection(ofIDs: stride(from: 0, to: 3000, by: 10)),
            firstPass: FirstPass(codes: codes, keep: 50))
        let found = try index.search([1, 0, 0], k: 10, options: options)
        #expect(found.count == 10 && found.allSatisfy { $0.id % 10 == 0 })
    }

    @Test func codesOfAnotherIndexAreRefused() throws {
        let codes = try ShortCodes(of: index(vectors), width: 2)
        let other = try index(Array(vectors.prefix(10)))
        let options = SearchOptions(firstPass: FirstPass(codes: codes, keep: 3))
        #expect(throws: FaissError.self) { try other.search([1, 0, 0], k: 1, options: options) }
    }

    @Test func onlyIndexesOfBytesHaveThem() throws {
        let index = try index(vectors, format: .float16)
        #expect(throws: FaissError.self) { try ShortCodes(of: index, width: 2) }
    }

    @Test(arguments: [-1, 0, 4])
    func theirWidthIsWithinTheVectors(width: Int) throws {
        let index = try index(vectors)
        #expect(throws: FaissError.self) { try ShortCodes(of: index, width: width) }
    }
}
