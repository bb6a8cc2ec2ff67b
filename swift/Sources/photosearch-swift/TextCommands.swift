// Commands that answer each text on stdin: encode, tokenize.

import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift encode`: queries to vectors.
enum Encode {
    static let command = Command(name: "encode", usage: usage, run: run)
    private static let usage = """
        encode --bundle DIR [--width D] [--json-lines]    queries on stdin to unit vectors on stdout

        Each line is a query; with --json-lines, a JSON string. Each answer is a line of JSON:
        {"toward": vector, "away": [[strength, values of the vector ...], ...]}. -word, "two words" and
        word:2 mean what they mean in a search.
        """

    @Sendable
    private static func run(_ arguments: Arguments) async throws {
        let parsed = try arguments.parse(options: ["bundle", "width"], switches: ["json-lines"])
        let bundle = try ModelBundle(at: URL(fileURLWithPath: parsed.required("bundle")))
        try bundle.verifyText()
        let width = parsed["width"] == nil ? nil : try parsed.integer("width", default: 0)
        let encoder = try PortableTextEncoder(bundle, width: width)
        var lines = TextLines(isJSON: parsed.switches.contains("json-lines"))
        while let text = try lines.next() {
            let query = try await encoder.embed(SearchQuery(parsing: text))
            Output.write("{\"toward\": \(list(query.toward)), \"away\": [")
            let away = query.away.map { list([Float($0.strength)] + $0.vector) }
            Output.write("\(away.joined(separator: ", "))]}\n")
        }
    }

    private static func list(_ values: [Float]) -> String {
        "[\(values.map { "\($0)" }.joined(separator: ", "))]"
    }
}

/// `photosearch-swift tokenize`: texts to token ids.
enum Tokenize {
    static let command = Command(name: "tokenize", usage: usage, run: run)
    private static let usage = """
        tokenize --bundle DIR [--json-lines]    texts on stdin to token ids on stdout

        Each line is a text; with --json-lines, a JSON string. Each answer is a line with a list of
        ids, start and end included, cut to the model's context. Every line is answered before the
        next one is waited for.
        """

    @Sendable
    private static func run(_ arguments: Arguments) throws {
        let parsed = try arguments.parse(options: ["bundle"], switches: ["json-lines"])
        let bundle = try ModelBundle(at: URL(fileURLWithPath: parsed.required("bundle")))
        let tokenizer = try bundle.tokenizer()
        var lines = TextLines(isJSON: parsed.switches.contains("json-lines"))
        var output: [UInt8] = []
        func flush() {
            Output.write(output)
            output.removeAll(keepingCapacity: true)
        }
        defer { flush() }  // what came before a line that is no text
        while let text = try lines.next(waiting: flush) {
            append(tokenizer.encode(text), to: &output)
        }
    }

    private static func append(_ ids: [Int32], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        for (place, id) in ids.enumerated() {
            if place > 0 { output.append(contentsOf: ", ".utf8) }
            output.append(contentsOf: String(id).utf8)
        }
        output.append(contentsOf: "]\n".utf8)
    }
}
