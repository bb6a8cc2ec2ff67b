import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The words' side of a model, timed.
struct ModelBench {
    private static let tokens = 20
    private static let rounds = 20
    private static let least = 500.0  // milliseconds that splitting goes on for
    private static let captions = [
        "A man is riding a horse along the beach at sunset.",
        "Two dogs are playing with a red ball in the snow.",
        "A plate of food with rice, vegetables and a glass of water.",
        "The train is stopped at a station in the middle of the city.",
        "A young girl in a yellow raincoat jumps into a puddle!",
    ]

    private let bundle: ModelBundle
    private let lines: [String]

    /// - Parameter texts: A file of captions, one a line.
    init(bundle: ModelBundle, texts: String?) throws {
        self.bundle = bundle
        guard let texts else {
            lines = Self.captions
            return
        }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: texts))
            lines = data.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        } catch {
            throw PhotoSearchError(.usage, "\(texts): \(error)")
        }
        guard !lines.isEmpty else {
            throw PhotoSearchError(.usage, "\(texts): got no lines, expected captions")
        }
    }

    func figures() throws -> [Figure] {
        let tokenizer = try bundle.tokenizer()
        var figures: [Figure] = []
        if bundle.manifest.architecture == ModelBundle.architecture {
            figures += try encoding(tokenizer).figures("text", "query of 20 tokens")
        }
        figures.append(
            Figure(
                name: "captions_per_s", title: "captions split", value: speed(tokenizer),
                unit: "a second"))
        return figures
    }

    private func encoding(_ tokenizer: any Tokenizer) throws -> Timings {
        let encoder = try PortableTextEncoder(bundle)
        let words = repeatElement("dog", count: Self.tokens - 2).joined(separator: " ")
        _ = try encoder.encode(words)
        return Timings(
            try (0..<Self.rounds).map { _ in
                let started = ContinuousClock.now
                _ = try encoder.encode(words)
                return (ContinuousClock.now - started) / .milliseconds(1)
            })
    }

    /// Captions a second, in the best of the rounds over all of them.
    private func speed(_ tokenizer: any Tokenizer) -> Double {
        let begun = ContinuousClock.now
        var best = 0.0
        while (ContinuousClock.now - begun) / .milliseconds(1) < Self.least {
            let started = ContinuousClock.now
            var count = 0
            for line in lines { count += tokenizer.encode(line).count }
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            if count > 0 { best = max(best, Double(lines.count) / max(seconds, 1e-9)) }
        }
        return best
    }
}
