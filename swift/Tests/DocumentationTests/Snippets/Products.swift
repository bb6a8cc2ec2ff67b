import FaissFormat
import Foundation
import PhotoSearch
import PhotoSearchBuiltin
import PhotoSearchCoreML
import PhotoSearchPhotos

func nearest(_ query: [Float], in file: URL) throws -> [Neighbour] {
    try FaissIndex(contentsOf: file).search(query, k: 20)
}

func open(_ folder: URL) throws -> IndexStore {
    try IndexStore(at: folder, bundle: BuiltinModel.bundle())
}

#if canImport(CoreML) && canImport(ImageIO)
    func embed(_ files: [Data], by bundle: ModelBundle) async throws -> [[Float]] {
        let encoder = try CoreMLImageEncoder(bundle)
        let decoder = ImageIODecoder()
        let pictures = try files.map {
            try decoder.decode($0, atLeast: encoder.image.size).prepared(for: encoder.image)
        }
        return try await encoder.encode(pictures)
    }
#endif
