import PhotoSearch

/// Queries that are read and answered, timed beside the scan of the vectors.
struct ReadingBench {
    private static let k = 20
    private static let texts = [
        "dog in june 2019", "beach last summer", "red car at night", "screenshots since 2020",
        "hotel receipt, lisbon", "my favourites on sundays", "birthday cake or sunset near home",
    ]

    private let index: PhotoIndex
    private let queries: Int

    init(_ index: PhotoIndex, queries: Int) {
        (self.index, self.queries) = (index, queries)
    }

    /// - Parameter vector: Stands for the words, so that no model is measured.
    func figures(_ vector: [Float]) async throws -> [Figure] {
        for text in Self.texts { _ = try await times(text, QueryVectors(toward: vector)) }
        var (read, beside, whole): ([Double], [Double], [Double]) = ([], [], [])
        for number in 0..<queries {
            let text = Self.texts[number % Self.texts.count]
            let times = try await times(text, QueryVectors(toward: vector))
            read.append(times.read)
            beside.append(times.read + times.beside)
            whole.append(times.read + times.whole)
        }
        return Timings(read).figures("read", "query read")
            + Timings(beside).figures("read_filtered", "read, filter, words")
            + Timings(whole).figures("read_searched", "read, filter, words, scan")
    }

    /// Milliseconds: to read, to filter and find words without a scan, and the same with one.
    private func times(
        _ text: String, _ vector: QueryVectors
    ) async throws -> (read: Double, beside: Double, whole: Double) {
        let (reading, read) = try await milliseconds { try await index.read(text) }
        func search(_ queries: [QueryVectors]) async throws -> Double {
            try await milliseconds {
                try await index.search(
                    reading: reading, queries: queries, limit: Self.k, filter: Filter())
            }.1
        }
        return (read, try await search([]), try await search([vector]))
    }
}
