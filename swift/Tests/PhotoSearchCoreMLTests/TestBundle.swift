import Foundation
import PhotoSearch

/// A bundle with packages, of which only the manifest is real.
enum TestBundle {
    static func manifest(
        inputs: [(name: String, shape: [Int])] = [("ids", [1, 5])], hash: String = "ab"
    ) throws -> Manifest {
        let ports = inputs.map {
            #"{"name": "\#($0.name)", "shape": \#($0.shape), "dtype": "int32"}"#
        }
        return try Manifest(json: Array(json(ports: ports, hash: hash).utf8))
    }

    /// In a new folder of `directory`.
    static func write(in directory: URL, hash: String = "ab") throws -> ModelBundle {
        let place = directory.appendingPathComponent("\(UUID().uuidString).photomodel")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let port = #"{"name": "ids", "shape": [1, 5], "dtype": "int32"}"#
        try Data(json(ports: [port], hash: hash).utf8)
            .write(to: place.appendingPathComponent(Manifest.fileName))
        return try ModelBundle(at: place)
    }

    private static func json(ports: [String], hash: String) -> String {
        let file = #"{"sha256": "\#(String(repeating: hash, count: 32))", "size_bytes": 1}"#
        let output = #"{"name": "embedding", "shape": [1, 8], "dtype": "float16"}"#
        let image = #"{"name": "image", "shape": [4, 4, 3], "dtype": "uint8", "colors": "RGB"}"#
        let common = #""target": "iOS17", "weights": "int8", "layout": "ane", "output": \#(output)"#
        return """
            {"schema": 1, "name": "test", "version": "1", "architecture": "photosearch-v1",
             "space": "s", "dim": 8, "widths": [8, 4], "image": {"size": 4},
             "text": {"context": 5, "tokenizer": "wordpiece"},
             "calibration": {"scale": 1, "bias": 0},
             "files": {"image.mlpackage/Manifest.json": \(file), "text.mlpackage/x/y": \(file)},
             "packages": {
               "image": {"file": "image.mlpackage", "inputs": [\(image)], \(common)},
               "text": {"file": "text.mlpackage", "inputs": [\(ports.joined(separator: ","))],
                        \(common)}}}
            """
    }
}
