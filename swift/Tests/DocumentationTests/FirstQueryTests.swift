import Foundation
import PhotoSearch
import PhotoSearchBuiltin
import PhotoSearchPhotos
import Testing

@Suite struct FirstQueryTests {
    /// Nothing here can compile a package, so nothing waits for it.
    @Test func wordsFindPhotosBeforeAnyPackageIsCompiled() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let bundle = try BuiltinModel.bundle()
        let store = try IndexStore(at: folder, bundle: bundle)
        let words = try PortableTextEncoder(bundle)
        for (place, text) in ["a cat on a sofa", "a dog on the beach"].enumerated() {
            let photo = LibraryPhoto(identifier: text, modifiedAt: 0, width: 1, height: 1)
            let embedding = PhotoEmbedding(
                vector: try words.encode(text),
                contentHash: String(repeating: "\(place)", count: 64), sizeBytes: 1)
            try await store.apply([.index(photo, embedding)], space: words.space)
        }
        let hits = try await store.index.search("a dog on the beach")
        #expect(hits.map(\.source.description) == ["a dog on the beach", "a cat on a sofa"])
    }
}
