// Searching for what a person typed: it is read, then looked for.

extension PhotoIndex {
    /// What a query asks for, by what the photos of this index say.
    ///
    /// - Parameters:
    ///   - text: What was typed. Any text with a visible character is a query.
    ///   - now: What the clock shows, from which dates such as "last summer" are told; that of this device
    ///     unless it is given.
    ///   - zone: An IANA name, such as `Europe/Berlin`: see `QueryReading`; that of this device unless it
    ///     is given.
    /// - Throws: `PhotoSearchError` of kind `query` if there is no visible character, `indexDamaged`,
    ///   `storage`.
    /// - Complexity: O(n) in the photos once they changed, if a place or a season is named.
    public func read(
        _ text: String, now: WallClock? = nil, zone: String? = nil
    ) throws -> QueryReading {
        guard let now = now ?? DeviceClock.now() else {
            throw PhotoSearchError(.usage, "now: got a time beyond the calendar")
        }
        return try catalog.database.reading {
            let facts = try facts()
            let reading = try QueryReading(
                reading: text, now: now, zone: zone ?? DeviceClock.zone, facts: facts)
            if let error = facts?.error {
                forgetFacts()
                throw error
            }
            return reading
        }
    }

    /// The photos that match what a person typed best, best first.
    ///
    /// Dates and places, here and now, filter; words are looked for in the photos and beside them.
    ///
    /// - Parameters:
    ///   - text: See `QueryReading`.
    ///   - limit: How many, at most.
    ///   - filter: Which photos to search; the scan skips all others.
    /// - Returns: As many hits as there are photos that pass, `limit` at most.
    /// - Throws: `PhotoSearchError` of kind `query` or `usage`, what the encoder throws, and
    ///   `CancellationError`.
    /// - Complexity: O(n) in the photos that pass.
    public func search(_ text: String, limit: Int = 20, filter: Filter = Filter()) async throws
        -> [Hit]
    {
        try Self.check(limit: limit)
        return try await search(reading: read(text), limit: limit, filter: filter)
    }

    /// The photos that a reading asks for, best first.
    ///
    /// - Throws: As `search(_:limit:filter:)`.
    public func search(
        reading: QueryReading, limit: Int = 20, filter: Filter = Filter()
    ) async throws -> [Hit] {
        try Self.check(limit: limit)
        let queries = try await embed(reading)
        return try search(reading: reading, queries: queries, limit: limit, filter: filter)
    }

    /// As above, for `reading.queries` that were embedded.
    package func search(
        reading: QueryReading, queries: [QueryVectors], limit: Int, filter: Filter
    ) throws -> [Hit] {
        try Self.check(limit: limit)
        return try catalog.database.reading { try answer(reading, queries, limit, filter) }
    }

    /// What a person typed, as it was read, and what it finds.
    ///
    /// - Parameters:
    ///   - text: See `QueryReading`.
    ///   - limit: How many results, at most.
    ///   - filter: Which photos to search; the scan skips all others.
    ///   - collapse: Which photos count as one; nil for none.
    /// - Throws: As `search(_:limit:filter:)`, and of kind `usage` for a `collapse` that makes no sense.
    public func answer(
        _ text: String, limit: Int = 20, filter: Filter = Filter(), collapsing collapse: Collapse?
    ) async throws -> SearchResults {
        try Self.check(limit: limit)
        let reading = try read(text)
        guard let collapse else {
            let hits = try await search(reading: reading, limit: limit, filter: filter)
            return SearchResults(reading: reading, groups: hits.map { HitGroup(best: $0) })
        }
        let groups = try await search(
            reading: reading, limit: limit, filter: filter, collapsing: collapse)
        return SearchResults(reading: reading, groups: groups)
    }

    /// Each of the queries, of which a photo answers any.
    func embed(_ reading: QueryReading) async throws -> [QueryVectors] {
        var vectors: [QueryVectors] = []
        for query in reading.queries {
            vectors.append(try await embed(query))
            try Task.checkCancellation()
        }
        return vectors
    }
}
