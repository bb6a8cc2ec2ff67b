import FaissFormat
import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift bench`: how fast an index and a model are on this machine.
enum Bench {
    static let command = Command(name: "bench", usage: usage, run: run)
    private static let usage = """
        bench [INDEX] [--queries N] [--changes] [--bundle DIR] [--texts FILE] [--json]    the speed here

        Of an index: the time to open it and find the first 20 photos, and N (50) searches for
        vectors drawn at random, among all photos, among one in a hundred, and by short codes first
        where the vectors are SQ8; N queries with dates, places and words, read, filtered and answered
        without a scan and with one; one thread. With --changes, on a copy of the index: the time that
        16 more photos take and the next search, searches beside a pass that adds 160 photos a
        second and alone, a compaction, and searches meanwhile.
        Of the model: a query of 20 tokens, and how many captions its tokenizer splits in a second.
        With --texts, the lines of a file instead of the captions that come with the tool. Memory is
        the most that the process held.
        """

    @Sendable
    private static func run(_ arguments: Arguments) async throws {
        let parsed = try arguments.parse(
            options: ["queries", "bundle", "texts"], switches: ["changes", "json"], places: 0...1)
        let count = try parsed.integer("queries", default: 50)
        var figures: [Figure] = []
        let place = parsed.places.first.map { URL(fileURLWithPath: $0) }
        if let place { figures += try await IndexBench(place, queries: count).figures() }
        if let place, parsed.switches.contains("changes") {
            figures += try await ChangeBench(place).figures()
        }
        if let encoder = try await bundle(parsed["bundle"], for: place) {
            figures += try ModelBench(bundle: encoder, texts: parsed["texts"]).figures()
        } else if place == nil {
            throw PhotoSearchError(.usage, "got neither an index nor --bundle, expected one")
        }
        Output.write(parsed.switches.contains("json") ? json(figures) : table(figures))
    }

    /// The one that was named, else the index's own if it is where it was.
    private static func bundle(_ named: String?, for index: URL?) async throws -> ModelBundle? {
        if let named { return try ModelBundle(at: URL(fileURLWithPath: named)) }
        guard let index, let model = try await PhotoIndex(at: index).space?.model,
            let path = try? BuiltinBundle.path(for: model)
        else { return nil }
        return try? ModelBundle(at: URL(fileURLWithPath: path))
    }

    private static func json(_ figures: [Figure]) -> String {
        "\(JSONOutput.object(figures.map { ($0.name, "\($0.value)") }))\n"
    }

    private static func table(_ figures: [Figure]) -> String {
        let width = figures.map(\.title.count).max() ?? 0
        return figures.map { figure in
            let gap = String(repeating: " ", count: width - figure.title.count)
            let digits = figure.value < 100 ? 100.0 : 1
            let value = (figure.value * digits).rounded() / digits
            let text = digits == 1 ? "\(Int(value))" : "\(value)"
            let unit = figure.unit.isEmpty ? "" : " \(figure.unit)"
            return "\(figure.title)\(gap)  \(text)\(unit)\n"
        }.joined()
    }
}

/// One thing that was measured.
struct Figure {
    let name: String  // in the JSON
    let title: String
    let value: Double
    let unit: String
}

/// Milliseconds of the same thing many times.
struct Timings {
    private let sorted: [Double]

    init(_ milliseconds: [Double]) {
        sorted = milliseconds.sorted()
    }

    /// The value that so many lie below or at.
    func quantile(_ share: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[Int((Double(sorted.count - 1) * share).rounded())]
    }

    func figures(_ name: String, _ title: String) -> [Figure] {
        [("min", 0), ("median", 0.5), ("p95", 0.95), ("p99", 0.99)].map { part, share in
            Figure(
                name: "\(name)_\(part)_ms", title: "\(title), \(part)", value: quantile(share),
                unit: "ms")
        }
    }
}

/// Runs something and says how long it took.
func milliseconds<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async rethrows -> (Result, Double) {
    let started = ContinuousClock.now
    let result = try await body()
    return (result, (ContinuousClock.now - started) / .milliseconds(1))
}
