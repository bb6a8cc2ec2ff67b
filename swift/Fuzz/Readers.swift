import CPhotoSearchKernels
import FaissFormat
import Foundation

@testable import PhotoSearch

/// What is fed with bytes: a reader may refuse them, but not crash, hang or read beyond them.
enum Reader: String, CaseIterable {
    case faiss, manifest, safetensors, tower

    func read(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .faiss: try? Self.search(Data(bytes))
        case .manifest: _ = try? Manifest(json: Array(bytes))
        case .safetensors: try? Self.load(Data(bytes))
        case .tower: try? Self.embed(Data(bytes))
        }
    }

    /// Whatever opens can be searched in every way.
    private static func search(_ data: Data) throws {
        let index = try FaissIndex(data)
        let query = (0..<index.dimension).map { Float($0 % 7) - 3 }
        let nearest = try index.search(query, k: 3)
        var options = SearchOptions(selection: index.selection(ofIDs: nearest.map(\.id) + [0, 5]))
        _ = try index.search(query, k: 3, options: options)
        if index.count > 0 { _ = index.vector(atRow: index.count - 1) }
        if index.dimension <= 64 {
            options = SearchOptions(
                firstPass: FirstPass(codes: try ShortCodes(of: index, width: 1), keep: 1))
            _ = try index.search(query, k: 1, options: options)
        }
    }

    private static let place = FileManager.default.temporaryDirectory
        .appendingPathComponent("photosearch-fuzz-\(getpid()).safetensors")

    private static func load(_ data: Data) throws {
        try data.write(to: place)
        defer { unlink(place.path) }
        let stored = try Safetensors(path: place.path)
        for entry in stored.entries.values { _ = stored.floats(entry) }
    }

    /// Whatever opens embeds a text, with every kind of kernel.
    private static func embed(_ data: Data) throws {
        try data.write(to: place)
        defer { unlink(place.path) }
        let tower = try TextTower(path: place.path)
        for kind in 0..<ps_text_kernels_count() {
            _ = try tower.embed([2, 0, 5, 9, 3], kernels: ps_text_kernels_at(kind))
        }
    }
}
