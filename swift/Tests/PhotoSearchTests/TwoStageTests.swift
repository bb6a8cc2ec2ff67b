import FaissFormat
import Foundation
import Testing

@testable import PhotoSearch

@Suite struct TwoStageTests {
    /// Three of eight directions tell nearly all; ids are twice the rows.
    private static func vectors() throws -> SearchableVectors {
        let rows: [[Float]] = (0..<9000).map { row in
            let angle = Float(row) / 9000 * 6.28
            return (0..<8).map { cos(angle + Float($0)) + 0.01 * Float((row * ($0 + 3)) % 7) }
        }
        let encoder = try VectorEncoder(format: .byte, dimension: 8, trainedOn: rows)
        var writer = try FaissWriter(encoder: encoder, metric: .innerProduct)
        for (row, vector) in rows.enumerated() { try writer.append(vector, id: Int64(2 * row)) }
        return SearchableVectors(try FaissIndex(writer.data()), generation: 1)
    }

    private static let query: [Float] = (0..<8).map { cos(Float($0) + 1) }

    @Test func aFirstPassFindsWhatThePlainScanFinds() throws {
        var vectors = try Self.vectors()
        let plain = try vectors.search(Self.query, k: 10)
        vectors.use(try vectors.makeShortCodes())
        #expect(try vectors.search(Self.query, k: 10) == plain)
    }

    @Test(arguments: [3, 500])
    func aFirstPassStaysWithinTheFilter(apart: Int) throws {
        var vectors = try Self.vectors()
        let ids = stride(from: Int64(0), to: 18_000, by: 2 * apart).map(\.self)
        let selections = vectors.selections(of: ids)
        let plain = try vectors.search(Self.query, k: 10, in: selections)
        vectors.use(try vectors.makeShortCodes())
        #expect(try vectors.search(Self.query, k: 10, in: selections) == plain)
        #expect(plain.allSatisfy { $0.id / 2 % Int64(apart) == 0 })
    }

    @Test func fewPhotosNeedNone() throws {
        let vectors = try Self.vectors()
        #expect(!vectors.lacksShortCodes(from: SearchableVectors.twoStageFrom))
        #expect(vectors.lacksShortCodes(from: 9000))
    }

    @Test func codesAreMadeOnceBesideTheSearches() async throws {
        let folder = try TemporaryFolder()
        let python = PythonIndex(name: "catalogs", kind: "SQ8")
        try python.make(in: folder, vectors: nil)
        let index = try PhotoIndex(at: folder.url)
        #expect(await index.makeShortCodes(from: 1) == nil)
        try await python.check(index)
        let making = await index.makeShortCodes(from: 1)
        try await python.check(index)
        await making?.value
        #expect(making != nil)
        #expect(await index.makeShortCodes(from: 1) == nil)
        try await python.check(index)
    }
}
