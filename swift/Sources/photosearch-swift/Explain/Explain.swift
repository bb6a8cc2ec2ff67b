import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift explain`: what a query is read as.
enum Explain {
    static let command = Command(name: "explain", usage: usage, run: run)
    private static let usage = """
        explain "QUERY" [--index DIR] [--json]    what a query is read as, without searching

        Dates, places, kinds of photos, negations and alternatives are told apart from the words that
        are looked for. Put -- before a query that begins with a minus.

          --now TIME          what dates are told from: 2026-11-26T10:00
          --zone NAME         the time zone there: Europe/Berlin
          --index DIR         its photos say which Paris is meant, and whether summer is in June
          --json              all that was read, for programs
        """
    private static let nameWidth = 12

    @Sendable
    private static func run(_ arguments: Arguments) async throws {
        let parsed = try arguments.parse(
            options: ["now", "zone", "index"], switches: ["json"], places: 1...Int.max)
        let zone = try parsed["zone"].map(TimeZoneClock.init(named:)) ?? .ofThisMachine()
        let now = try parsed["now"].map(zone.parse) ?? zone.now()
        var library: LibraryPlaces?
        if let folder = parsed["index"] {
            library = try await PhotoIndex(at: URL(fileURLWithPath: folder)).library()
        }
        let reading = try QueryReading(
            reading: parsed.places.joined(separator: " "), now: now, zone: zone.name,
            library: library)
        Output.write(parsed.switches.contains("json") ? "\(reading.json)\n" : text(reading))
    }

    /// One member a line, as `photosearch explain` has it.
    private static func text(_ reading: QueryReading) -> String {
        ReadingLines.lines(reading).map { name, text in
            let gap = String(repeating: " ", count: max(0, nameWidth - name.count))
            return "\(Printable.text(Array("\(name)\(gap)\(text)".utf8)))\n"
        }.joined()
    }
}
