import FaissFormat
import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift build`: vectors to an index file.
enum FaissBuild {
    static let command = Command(name: "build", usage: usage, run: run)
    private static let formats: [String: VectorFormat] = [
        "Flat": .float32, "SQ8": .byte, "SQ8-uniform": .byteUniform, "SQfp16": .float16,
        "SQbf16": .bfloat16, "direct": .byteDirect, "direct-signed": .byteDirectSigned,
    ]
    private static let usage = """
        build VECTORS.npy FILE.faiss [--format SQ8] [--metric ip|l2]    vectors to an index file

        The vectors are float32 or float64 [N, D]. The formats are \(names); ranges are
        trained on the vectors themselves. faiss opens the file.

          --ids IDS.npy    the vectors' ids (int64 [N]): the file is an IDMap2
          --normalize      vectors and queries are divided by their lengths
        """
    private static var names: String { formats.keys.sorted().joined(separator: ", ") }

    @Sendable
    private static func run(_ arguments: Arguments) throws {
        let parsed = try arguments.parse(
            options: ["format", "metric", "ids"], switches: ["normalize"], places: 2...2)
        let vectors = try NumpyFile(path: parsed.places[0]).rows()
        let ids = try parsed["ids"].map { try NumpyFile(path: $0).integers() }
        guard ids.map({ $0.count == vectors.count }) ?? true, let first = vectors.first else {
            throw PhotoSearchError(
                .shape, "got \(ids?.count ?? 0) ids and \(vectors.count) vectors")
        }
        let format = try choice("format", parsed["format"] ?? "SQ8", of: formats)
        let metric = try choice(
            "metric", parsed["metric"] ?? "ip",
            of: ["ip": Metric.innerProduct, "l2": .squaredDistance])
        let normalize = parsed.switches.contains("normalize")
        let transforms = normalize ? [Transform.normalize(dimension: first.count)] : []
        do {
            let writer = try filled(vectors, ids, format, metric, transforms)
            try writer.write(to: URL(fileURLWithPath: parsed.places[1]))
        } catch FaissError.file(let path, let reason) {
            throw PhotoSearchError(.storage, "\(path): \(reason)")
        } catch let error as FaissError {
            throw PhotoSearchError(.shape, "\(error)")
        }
    }

    private static func filled(
        _ vectors: [[Float]], _ ids: [Int64]?, _ format: VectorFormat, _ metric: Metric,
        _ transforms: [Transform]
    ) throws -> FaissWriter {
        let transformed = vectors.lazy.map { transforms.first?.applied(to: $0) ?? $0 }
        let encoder = try VectorEncoder(
            format: format, dimension: vectors[0].count, trainedOn: transformed)
        var writer = try FaissWriter(
            encoder: encoder, metric: metric, ids: ids == nil ? .none : .storedForLookup,
            transforms: transforms)
        for (row, vector) in vectors.enumerated() { try writer.append(vector, id: ids?[row]) }
        return writer
    }

    private static func choice<Value>(
        _ option: String, _ name: String, of values: [String: Value]
    ) throws -> Value {
        guard let value = values[name] else {
            let names = values.keys.sorted().joined(separator: ", ")
            throw PhotoSearchError(.usage, "--\(option): got '\(name)', expected one of \(names)")
        }
        return value
    }
}
