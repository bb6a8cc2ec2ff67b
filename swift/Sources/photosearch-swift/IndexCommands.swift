// Commands that write to an index: import, embeddings, compact.

import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift import`: embeddings computed elsewhere into an index.
enum Import {
    static let command = Command(name: "import", usage: usage, run: run)
    private static let usage = """
        import INDEX --bundle DIR [--batch N] [--kind SQ8] [--compact]    changes into an index

        Each line on stdin is a JSON object, one of
          {"index": NAME, "hash": SHA-256, "vector": [NUMBERS]}; no vector for a known hash
          {"describe": NAME, "favourite": true, "media": ["live", "burst"]}
          {"failed": NAME, "reason": WORDS} or {"pending": NAME, "reason": WORDS}
          {"remove": NAME}
        The bundle is the model that computed the vectors. Every N (32) lines are written at once
        or not at all, and their number so far is then a line on stdout. With --compact,
        vectors.faiss is then made anew each time, otherwise once enough has changed.
        """

    @Sendable
    private static func run(_ arguments: Arguments) async throws {
        let parsed = try arguments.parse(
            options: ["bundle", "batch", "kind"], switches: ["compact"], places: 1...1)
        let size = try parsed.integer("batch", default: 32)
        let place = try parsed.required("bundle")
        let manifest = try ModelBundle(at: URL(fileURLWithPath: place)).manifest
        let space = Space(
            space: manifest.space, model: manifest.name, dim: manifest.dim,
            calibration: manifest.calibration)
        let index = try PhotoIndex.create(
            at: URL(fileURLWithPath: parsed.places[0]), kind: kind(parsed))
        var lines = InputLines()
        var done = 0
        while true {
            var batch: [IndexChange] = []
            while batch.count < size, let line = lines.next() { batch.append(try change(line)) }
            if batch.isEmpty { break }
            try await index.apply(batch, in: space)
            if parsed.switches.contains("compact") { try await index.compact() }
            done += batch.count
            Output.write("\(done)\n")
        }
        try await index.publish()
    }

    private static func change(_ line: [UInt8]) throws -> IndexChange {
        let json: JSONValue
        do {
            json = try JSONReader.read(line)
        } catch {
            throw PhotoSearchError(.usage, "a line is not JSON: \(error)")
        }
        func photo(_ name: String) -> FoundPhoto {
            FoundPhoto(source: PhotoSource(name), sizeBytes: 0, modifiedNS: 0)
        }
        let reason = json["reason"]?.stringValue ?? ""
        if let name = json["remove"]?.stringValue { return .remove(PhotoSource(name)) }
        if let name = json["describe"]?.stringValue { return try describe(name, json) }
        if let name = json["failed"]?.stringValue { return .failed(photo(name), reason: reason) }
        if let name = json["pending"]?.stringValue { return .pending(photo(name), reason: reason) }
        guard let name = json["index"]?.stringValue, let hash = json["hash"]?.stringValue else {
            throw PhotoSearchError(.usage, "a line is no change; see --help")
        }
        let vector = json["vector"]?.arrayValue?.compactMap(\.doubleValue)
        return .index(photo(name), contentHash: hash, vector: vector?.map(Float.init), info: nil)
    }

    private static func describe(_ name: String, _ json: JSONValue) throws -> IndexChange {
        let names = (json["media"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard let media = MediaKinds(names: names) else {
            throw PhotoSearchError(.usage, "media: got \(names), expected what --media takes")
        }
        return .describe(
            PhotoSource(name), isFavourite: json["favourite"] == .bool(true), media: media)
    }
}

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

/// `photosearch-swift compact`: the file of vectors, brought up to date.
enum Compact {
    static let command = Command(name: "compact", usage: usage, run: run)
    private static let usage = """
        compact INDEX    makes vectors.faiss anew

        Changes are searched beside vectors.faiss until there are many. This leaves none, so that
        searches take as little time and memory as they can.
        """

    @Sendable
    private static func run(_ arguments: Arguments) async throws {
        let parsed = try arguments.parse(places: 1...1)
        try await PhotoIndex(at: URL(fileURLWithPath: parsed.places[0])).compact()
    }
}
