import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift search`: photos by words.
enum Search {
    static let command = Command(name: "search", usage: usage, run: run)
    private static let usage = """
        search INDEX "QUERY" [-k K] [FILTERS] [--json]    photos by words, as photosearch search

        -word sets photos back that show it more, "two words" stay together, word:2 weighs double.
        Put -- before a query that begins with a minus.

          -k, --k K           at most this many photos (20)
          --vector FILE.npy   search for its first row instead of words
          --bundle DIR        the model; what the index names unless given
          --since, --until    2024, 2024-05, 2024-05-01 or 2024-05-01T18:30, the camera's time
          --near LAT,LON,KM   degrees, degrees, kilometres
          --under FOLDER      may be given several times
          --camera NAME       part of the camera's name
          --collapse          photos of one motif as one result: the best, and its likes
          --favourites        only photos that are marked so
          --media KIND        photo, live, panorama, portrait, screenshot, burst or video; may be
                              given several times
          --ids, --paths      only these, one a line
        """

    @Sendable
    private static func run(_ arguments: Arguments) async throws {
        let parsed = try arguments.parse(
            options: FilterWords.options.union(["k", "vector", "bundle"]),
            switches: FilterWords.switches.union(["json", "ids", "paths", "collapse"]),
            places: 1...2)
        let k = try parsed.integer("k", default: 20)
        let filter = try FilterWords.filter(parsed)
        let query = try await wanted(parsed)
        let index = try PhotoIndex(at: URL(fileURLWithPath: parsed.places[0]))
        if parsed.switches.contains("collapse") {
            let groups = try await index.search(
                query, limit: k, filter: filter, collapsing: .nearDuplicates)
            HitOutput.write(groups, parsed.switches)
        } else {
            let hits = try await index.search(query, limit: k, filter: filter)
            HitOutput.write(hits, parsed.switches)
        }
    }

    /// What to search for. The model's memory is free before the vectors are read.
    private static func wanted(_ parsed: Parsed) async throws -> QueryVectors {
        if let file = parsed["vector"] {
            guard let vector = try NumpyFile(path: file).rows().first else {
                throw PhotoSearchError(.usage, "\(file): got no rows, expected a vector")
            }
            return QueryVectors(toward: vector)
        }
        guard parsed.places.count == 2 else {
            throw PhotoSearchError(.usage, "got no query, expected words or --vector FILE.npy")
        }
        let url = URL(fileURLWithPath: parsed.places[0])
        let encoder = try await textEncoder(url, bundle: parsed["bundle"])
        _ = try PhotoIndex(at: url, encoder: encoder)  // whether they are of one space
        let query = try SearchQuery(parsing: parsed.places[1])
        for note in query.notes { Output.say("note: \(Printable.text(Array(note.utf8)))") }
        return try await encoder.embed(query)
    }
}
