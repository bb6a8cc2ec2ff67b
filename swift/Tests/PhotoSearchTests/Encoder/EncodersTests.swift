// Words as the built-in encoder embeds them, and the space of an embedding that is cut.

import CPhotoSearchKernels
import Foundation
import Testing

@testable import PhotoSearch

@Suite struct TextEncoderTests {
    private func bundle(_ name: String) throws -> ModelBundle {
        let manifest = try Fixture.path("encoders/\(name).photomodel/manifest.json")
        return try ModelBundle(at: URL(fileURLWithPath: manifest).deletingLastPathComponent())
    }

    @Test(arguments: ["wide", "narrow", "packed"])
    func queriesHaveTheVectorsOfPython(name: String) async throws {
        let bundle = try bundle(name)
        try bundle.verify()
        for each in try #require(try Fixture.json("encoders/\(name).json").arrayValue) {
            let parts = try #require(each.arrayValue)
            let encoder = try PortableTextEncoder(bundle, width: parts[1].integerValue)
            let text = try #require(parts[0].stringValue)
            let query = try await encoder.embed(SearchQuery(parsing: text))
            let away = try #require(parts[3].arrayValue)
            #expect(query.away.map(\.strength) == away.map { $0.arrayValue?[0].doubleValue })
            let vectors = [query.toward] + query.away.map(\.vector)
            for (vector, raw) in zip(vectors, [parts[2]] + away.compactMap { $0.arrayValue?[1] }) {
                let expected = (raw.arrayValue ?? []).compactMap(\.doubleValue)
                #expect(vector.count == expected.count)
                for (got, want) in zip(vector, expected) { #expect(abs(Double(got) - want) < 1e-5) }
            }
        }
    }

    @Test(arguments: ["wide", "narrow", "packed"])
    func everyKindOfProcessorGivesTheSameVector(name: String) throws {
        let tower = try TextTower(path: "\(bundle(name).path)/\(ModelBundle.weights)")
        let ids: [Int32] = [2, 5, 9, 0, 17, 17, 40, 3]
        let plain = try tower.embed(ids, kernels: ps_text_kernels_at(0))
        for index in 1..<max(2, ps_text_kernels_count()) {
            let vector = try tower.embed(ids, kernels: ps_text_kernels_at(index))
            for (got, want) in zip(vector, plain) { #expect(abs(got - want) < 1e-5) }
        }
    }

    @Test func wrongTokensAreAnError() throws {
        let tower = try TextTower(path: "\(bundle("narrow").path)/\(ModelBundle.weights)")
        for ids in [[], [-1], [100_000], Array(repeating: Int32(5), count: tower.context + 1)] {
            let error = #expect(throws: PhotoSearchError.self) { try tower.embed(ids) }
            #expect(error?.kind == .shape)
        }
        #expect(try tower.embed([0, 0]).count == tower.dim)
    }

    @Test func aWidthThatTheModelDoesNotHaveIsAnError() throws {
        let error = #expect(throws: PhotoSearchError.self) {
            try PortableTextEncoder(bundle("narrow"), width: 35)
        }
        #expect(error?.kind == .usage)
    }

    @Test func termsThatCancelOutAreAnError() async throws {
        let encoder = try PortableTextEncoder(bundle("narrow"))
        let query = SearchQuery(terms: [Term("dog", weight: 0)])
        let error = await #expect(throws: PhotoSearchError.self) { try await encoder.embed(query) }
        #expect(error?.kind == .query)
    }

    @Test func aChangedFileIsNamed() throws {
        let folder = try TemporaryFolder()
        let source = try bundle("narrow").path
        for name in ["manifest.json", "weights.safetensors", "tokenizer/vocab.txt"] {
            _ = try folder.write(name, OpenFile.bytes("\(source)/\(name)"))
        }
        let copy = try ModelBundle(at: folder.url)
        try copy.verify()
        _ = try folder.write("tokenizer/vocab.txt", try OpenFile.bytes("\(source)/manifest.json"))
        let error = #expect(throws: PhotoSearchError.self) { try copy.verify() }
        #expect(error?.message.contains("/tokenizer/vocab.txt: got sha256 ") == true)
        try FileManager.default.removeItem(atPath: "\(copy.path)/weights.safetensors")
        let missing = #expect(throws: PhotoSearchError.self) { try PortableTextEncoder(copy) }
        #expect(missing?.kind == .bundle)
    }
}

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
