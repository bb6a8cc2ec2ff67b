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

        Dates, places and kinds of photos filter, see explain; -word or "without word" sets photos back
        that show it more, "two words" must stand in a name, album, title or keyword, word:2 weighs
        double. Put -- before a query that begins with a minus.

          -k, --k K           at most this many photos (20)
          --vector FILE.npy   search for its first row instead of words
          --bundle DIR        the model; what the index names unless given
          --since, --until    2024, 2024-05, 2024-05-01 or 2024-05-01T18:30, the camera's time
          --near LAT,LON,KM   degrees, degrees, kilometres
          --under FOLDER      may be given several times
          --camera NAME       part of the camera's name
          --collapse          photos of one motif as one result: the best, and its likes
          --favourites        only photos that are marked so
          --media KIND        photo, live, panorama, portrait, screenshot, burst, video, selfie,
                              black-and-white, blurry or dark; may be given several times
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
        let index = try PhotoIndex(at: URL(fileURLWithPath: parsed.places[0]))
        let wanted = try await wanted(parsed, index)
        if parsed.switches.contains("collapse") {
            let groups = try await wanted.groups(index, limit: k, filter: filter)
            HitOutput.write(groups, parsed.switches)
        } else {
            let hits = try await wanted.hits(index, limit: k, filter: filter)
            HitOutput.write(hits, parsed.switches)
        }
    }

    /// What to search for. The model's memory is free before the vectors are read.
    private static func wanted(_ parsed: Parsed, _ index: PhotoIndex) async throws -> Wanted {
        if let file = parsed["vector"] {
            guard let vector = try NumpyFile(path: file).rows().first else {
                throw PhotoSearchError(.usage, "\(file): got no rows, expected a vector")
            }
            return .vector(QueryVectors(toward: vector))
        }
        guard parsed.places.count == 2 else {
            throw PhotoSearchError(.usage, "got no query, expected words or --vector FILE.npy")
        }
        let reading = try await index.read(parsed.places[1])
        ReadingLines.say(reading)
        return .reading(reading, try await embed(reading.queries, parsed))
    }

    /// Dates, places and the like alone need no model.
    private static func embed(
        _ queries: [SearchQuery], _ parsed: Parsed
    ) async throws -> [QueryVectors] {
        if queries.isEmpty { return [] }
        let url = URL(fileURLWithPath: parsed.places[0])
        let encoder = try await textEncoder(url, bundle: parsed["bundle"])
        _ = try PhotoIndex(at: url, encoder: encoder)  // whether they are of one space
        var vectors: [QueryVectors] = []
        for query in queries { vectors.append(try await encoder.embed(query)) }
        return vectors
    }
}

private enum Wanted {
    case vector(QueryVectors)
    case reading(QueryReading, [QueryVectors])

    func hits(_ index: PhotoIndex, limit: Int, filter: Filter) async throws -> [Hit] {
        switch self {
        case .vector(let vector):
            try await index.search(vector, limit: limit, filter: filter)
        case .reading(let reading, let queries):
            try await index.search(
                reading: reading, queries: queries, limit: limit, filter: filter)
        }
    }

    func groups(_ index: PhotoIndex, limit: Int, filter: Filter) async throws -> [HitGroup] {
        switch self {
        case .vector(let vector):
            try await index.search(
                vector, limit: limit, filter: filter, collapsing: .nearDuplicates)
        case .reading(let reading, let queries):
            try await index.search(
                reading: reading, queries: queries, limit: limit, filter: filter,
                collapsing: .nearDuplicates)
        }
    }
}
