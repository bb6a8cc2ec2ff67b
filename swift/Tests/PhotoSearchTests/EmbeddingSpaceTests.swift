import Testing

@testable import PhotoSearch

@Suite struct EmbeddingSpaceTests {
    private func manifest() throws -> Manifest {
        let cases = try #require(try Fixture.json("manifests.json").arrayValue)
        let text = try #require(cases[0].arrayValue?[0].stringValue)
        return try Manifest(json: Array(text.utf8))
    }

    @Test func aCutEmbeddingIsOfAnotherSpaceAndOfUnitLength() throws {
        let manifest = try manifest()
        let space = try EmbeddingSpace(manifest, width: 8)
        #expect(space.id == "\(manifest.space)/8")
        let vector = try space.fit([3, 4] + [Float](repeating: 0, count: 30))
        #expect(vector == [0.6, 0.8, 0, 0, 0, 0, 0, 0])
    }

    @Test(arguments: [[], [Float](repeating: 0, count: 32), [Float](repeating: .nan, count: 32)])
    func whatIsNoDirectionIsAnError(values: [Float]) throws {
        let space = try EmbeddingSpace(manifest(), width: nil)
        let error = #expect(throws: PhotoSearchError.self) { try space.fit(values) }
        #expect(error?.kind == .model)
    }

    @Test func aWidthThatWasNotTrainedForIsAnError() throws {
        let manifest = try manifest()
        let error = #expect(throws: PhotoSearchError.self) {
            try EmbeddingSpace(manifest, width: 9)
        }
        #expect(error?.message == "embedding width: got 9, expected one of 32, 16, 8")
    }
}
