import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift embeddings`: all embeddings of an index to a file, and back.
enum Embeddings {
    static let command = Command(name: "embeddings", usage: usage, run: run)
    private static let usage = """
        embeddings export|import INDEX FILE [--kind SQ8]    an index's embeddings as one file

        FILE is a .safetensors with the vectors, names and dates of all indexed photos, the same as
        photosearch embeddings writes. An import adds those that are not there yet, and makes the
        index if there is none. Prints the number of photos.

          --kind    how a new index stores its vectors: SQ8, SQfp16 or Flat
        """

    @Sendable
    private static func run(_ arguments: Arguments) async throws {
        let parsed = try arguments.parse(options: ["kind"], places: 3...3)
        let place = URL(fileURLWithPath: parsed.places[1])
        let file = URL(fileURLWithPath: parsed.places[2])
        switch parsed.places[0] {
        case "export":
            let count = try await PhotoIndex(at: place).exportEmbeddings(to: file)
            Output.write("\(count)\n")
        case "import":
            let index = try PhotoIndex.create(at: place, kind: kind(parsed))
            Output.write("\(try await index.importEmbeddings(from: file))\n")
        default:
            throw PhotoSearchError(
                .usage, "got '\(parsed.places[0])', expected export or import")
        }
    }
}

/// The value of `--kind`.
func kind(_ parsed: Parsed) throws -> PhotoIndex.Kind {
    guard let kind = PhotoIndex.Kind(rawValue: parsed["kind"] ?? "SQ8") else {
        let names = PhotoIndex.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw PhotoSearchError(.usage, "--kind: expected one of \(names)")
    }
    return kind
}
