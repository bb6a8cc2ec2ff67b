extension PhotoIndex {
    /// The motifs that match the words best, best first.
    ///
    /// - Parameters:
    ///   - text: See `SearchQuery`.
    ///   - k: How many groups, at most.
    ///   - filter: Which photos to search; the scan skips all others.
    ///   - collapse: Which photos count as one.
    /// - Returns: As many groups as there are, `k` at most.
    /// - Throws: As `search(_:k:filter:)`, and of kind `usage` for a `collapse` that makes no sense.
    /// - Complexity: O(n) in the photos that pass, each time that more hits are needed: then twice
    ///   as many are found.
    public func search(
        _ text: String, k: Int = 20, filter: Filter = Filter(), collapsing collapse: Collapse
    ) async throws -> [HitGroup] {
        try Self.check(k)
        let query = try await embed(text)
        try Task.checkCancellation()
        return try search(query, k: k, filter: filter, collapsing: collapse)
    }

    /// The motifs that a query asks for, best first.
    ///
    /// - Throws: As `search(_:k:filter:)`, and of kind `usage` for a `collapse` that makes no sense.
    public func search(
        _ query: QueryVectors, k: Int = 20, filter: Filter = Filter(),
        collapsing collapse: Collapse
    ) throws -> [HitGroup] {
        try Self.check(k)
        try collapse.check()
        return try catalog.database.reading {
            try groups(k, collapse) { try find(query, $0, filter, isCalibrated: true) }
        }
    }

    /// The motifs nearest to a unit vector, best first.
    ///
    /// - Throws: As `search(vector:k:filter:)`, and of kind `usage` for a `collapse` that makes no
    ///   sense.
    public func search(
        vector: [Float], k: Int = 20, filter: Filter = Filter(), collapsing collapse: Collapse
    ) throws -> [HitGroup] {
        try search(QueryVectors(toward: vector), k: k, filter: filter, collapsing: collapse)
    }

    /// - Parameter best: So many hits, or all if there are fewer.
    private func groups(
        _ k: Int, _ collapse: Collapse, _ best: (Int) throws -> [Hit]
    ) throws -> [HitGroup] {
        var grouping = Grouping(collapse, most: k)
        var done = 0
        var asked = k
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
