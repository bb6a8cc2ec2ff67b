extension PhotoIndex {
    /// The motifs that match the words best, best first.
    ///
    /// - Parameters:
    ///   - text: See `QueryReading`.
    ///   - limit: How many groups, at most.
    ///   - filter: Which photos to search; the scan skips all others.
    ///   - collapse: Which photos count as one.
    /// - Returns: As many groups as there are, `limit` at most.
    /// - Throws: As `search(_:limit:filter:)`, and of kind `usage` for a `collapse` that makes no sense.
    /// - Complexity: O(n) in the photos that pass, each time that more hits are needed: then twice
    ///   as many are found.
    public func search(
        _ text: String, limit: Int = 20, filter: Filter = Filter(), collapsing collapse: Collapse
    ) async throws -> [HitGroup] {
        try Self.check(limit: limit)
        return try await search(
            reading: read(text), limit: limit, filter: filter, collapsing: collapse)
    }

    /// The motifs that a reading asks for, best first.
    ///
    /// - Throws: As `search(_:limit:filter:collapsing:)`.
    public func search(
        reading: QueryReading, limit: Int = 20, filter: Filter = Filter(),
        collapsing collapse: Collapse
    ) async throws -> [HitGroup] {
        try Self.check(limit: limit)
        return try search(
            reading: reading, queries: try await embed(reading), limit: limit, filter: filter,
            collapsing: collapse)
    }

    /// As above, for `reading.queries` that were embedded.
    package func search(
        reading: QueryReading, queries: [QueryVectors], limit: Int, filter: Filter,
        collapsing collapse: Collapse
    ) throws -> [HitGroup] {
        try Self.check(limit: limit)
        try collapse.check()
        return try catalog.database.reading {
            try groups(limit, collapse) { try answer(reading, queries, $0, filter) }
        }
    }

    /// The motifs that a query asks for, best first.
    ///
    /// - Throws: As `search(_:limit:filter:)`, and of kind `usage` for a `collapse` that makes no sense.
    public func search(
        _ query: QueryVectors, limit: Int = 20, filter: Filter = Filter(),
        collapsing collapse: Collapse
    ) throws -> [HitGroup] {
        try Self.check(limit: limit)
        try collapse.check()
        return try catalog.database.reading {
            try groups(limit, collapse) { try find(query, $0, filter, isCalibrated: true) }
        }
    }

    /// The motifs nearest to a unit vector, best first.
    ///
    /// - Throws: As `search(vector:limit:filter:)`, and of kind `usage` for a `collapse` that makes no
    ///   sense.
    public func search(
        vector: [Float], limit: Int = 20, filter: Filter = Filter(), collapsing collapse: Collapse
    ) throws -> [HitGroup] {
        try search(QueryVectors(toward: vector), limit: limit, filter: filter, collapsing: collapse)
    }

    /// - Parameter best: So many hits, or all if there are fewer.
    private func groups(
        _ limit: Int, _ collapse: Collapse, _ best: (Int) throws -> [Hit]
    ) throws -> [HitGroup] {
        var grouping = Grouping(collapse, most: limit)
        var done = 0
        var asked = limit
        while true {
            asked = asked.multipliedReportingOverflow(by: 2).overflow ? .max : 2 * asked
            let hits = try best(asked)
            if try add(hits.dropFirst(done), to: &grouping) || hits.count < asked {
                return grouping.groups
            }
            done = hits.count
        }
    }

    /// Whether there are as many groups as there may be, and something behind them.
    private func add(_ hits: ArraySlice<Hit>, to grouping: inout Grouping) throws -> Bool {
        guard let dim = try catalog.space()?.dim else { return true }
        for start in stride(from: hits.startIndex, to: hits.endIndex, by: Catalog.batch) {
            let some = hits[start..<min(start + Catalog.batch, hits.endIndex)]
            let vectors = try catalog.vectors(of: some.map(\.id), dim: dim)
            for hit in some {
                guard let vector = vectors[hit.id] else {
                    throw PhotoSearchError(
                        .indexDamaged, "\(path): the catalog has no vector of the photo \(hit.id)")
                }
                if grouping.add(hit, vector) == .tooMany { return true }
            }
        }
        return false
    }
}

extension Catalog {
    static let batch = 500  // ids of a query

    /// The vectors of indexed photos as they are stored, by id, in one query for at most `batch`.
    func vectors(of ids: [Int64], dim: Int) throws -> [Int64: [Float]] {
        let places = Array(repeating: "?", count: ids.count).joined(separator: ",")
        let sql = """
            SELECT p.id, e.vector FROM photos p JOIN embeddings e USING (content_hash)
            WHERE p.id IN (\(places)) AND p.status = 'indexed'
            """
        var found: [Int64: [Float]] = [:]
        try database.query(sql, ids.map { .integer($0) }) { row in
            if let id = row.integer(0) { found[id] = try Self.decode(row.bytes(1), dim: dim) }
            return true
        }
        return found
    }
}

/// The best photo of every motif, best first, found a page at a time as they are asked for.
///
/// ```swift
/// for try await hit in index.results(for: "sunset", collapsing: .nearDuplicates) { … }
/// ```
public struct MotifSequence: AsyncSequence, Sendable {
    public typealias Element = Hit

    let hits: HitSequence
    let collapse: Collapse

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let index: PhotoIndex
        fileprivate let page: Int
        fileprivate var hits: HitSequence.AsyncIterator
        fileprivate var grouping: Grouping
        fileprivate var leaders: ArraySlice<Hit> = []

        /// - Throws: What `PhotoIndex.search` throws.
        /// - Complexity: O(motifs so far × width) for each hit, beside the search.
        public mutating func next() async throws -> Hit? {
            while leaders.isEmpty {
                var some: [Hit] = []
                while some.count < page, let hit = try await hits.next() { some.append(hit) }
                if some.isEmpty { return nil }
                let vectors = try await index.vectors(of: some.map(\.id))
                // without a vector: gone since it was found
                leaders =
                    some.filter { hit in
                        vectors[hit.id].map { grouping.add(hit, $0) == .leads } ?? false
                    }[...]
            }
            return leaders.popFirst()
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(
            index: hits.index, page: Swift.min(hits.page, Catalog.batch),
            hits: hits.makeAsyncIterator(), grouping: Grouping(collapse, most: .max))
    }
}

extension PhotoIndex {
    /// The best photo of every motif among those that pass the filter, best first.
    ///
    /// - Parameters:
    ///   - text: See `QueryReading`.
    ///   - page: How many to find at first; later ones are found in greater numbers.
    ///   - filter: Which photos to search.
    ///   - collapse: Which photos count as one.
    public nonisolated func results(
        for text: String, page: Int = 20, filter: Filter = Filter(), collapsing collapse: Collapse
    ) -> MotifSequence {
        MotifSequence(hits: results(for: text, page: page, filter: filter), collapse: collapse)
    }

    fileprivate func vectors(of ids: [Int64]) throws -> [Int64: [Float]] {
        try catalog.database.reading {
            guard let dim = try catalog.space()?.dim else { return [:] }
            return try catalog.vectors(of: ids, dim: dim)
        }
    }
}
