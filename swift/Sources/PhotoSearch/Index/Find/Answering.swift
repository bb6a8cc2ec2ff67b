// Answers a reading: filters, meaning and words beside the photos, joined to one order.

import FaissFormat

/// Photos, best first, then lowest id first.
struct Answer {
    var nearest: [(id: Int64, score: Double)] = []
    /// Where words stand beside a photo, by id.
    var matched: [Int64: [TextField]] = [:]
}

/// As `photosearch/index/find/answer.py`.
struct Answering {
    /// Photos by meaning that words may bring into another order, at least.
    private static let pool = 100

    let catalog: Catalog
    let vectors: SearchableVectors
    /// Called if a filter asks for them: words alone need none.
    let columns: () throws -> PhotoColumns

    /// The best photos for a reading; `queries` are its words, embedded; any of them will do.
    ///
    /// Without queries, those whose words match come first, then the newest.
    ///
    /// - Throws: `PhotoSearchError` of kind `usage` for a filter that makes no sense, and for quoted words
    ///   without FTS5; `CancellationError`.
    func answer(
        _ reading: QueryReading, _ queries: [QueryVectors], k: Int, filter: Filter
    ) throws -> Answer {
        let allowed = try Trace.interval("filter") { try passing(reading, filter) }
        if allowed?.isEmpty == true { return Answer() }
        try Task.checkCancellation()
        let found = try Trace.interval("words") {
            try catalog.findTexts(reading.words, among: allowed) ?? TextsFound()
        }
        try Task.checkCancellation()
        let words = Dictionary(found.hits.map { ($0.id, $0.score) }) { first, _ in first }
        let best =
            queries.isEmpty
            ? try newest(allowed, words, k) : try joined(queries, k, allowed, words)
        let told = best.map(\.id).filter { words[$0] != nil }
        return Answer(nearest: best, matched: try catalog.fields(of: found, told))
    }

    /// The best by meaning and words.
    private func joined(
        _ queries: [QueryVectors], _ k: Int, _ allowed: [Int64]?, _ words: [Int64: Double]
    ) throws -> [(id: Int64, score: Double)] {
        let meaning = try meaning(queries, k, allowed, words.keys.sorted())
        return Fusion.joint(meaning, words).lazy.map { (id: $0.key, score: $0.value) }
            .first(k) { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
    }

    /// Ids of the photos that pass everything, ascending; nil if nothing is asked.
    private func passing(_ reading: QueryReading, _ filter: Filter) throws -> [Int64]? {
        let filters = reading.filters + (filter.isEmpty ? [] : [filter])
        var passing: PassingPhotos?
        if !filters.isEmpty || reading.near != nil {
            let columns = try columns()
            var some = PassingPhotos(columns)
            for filter in filters { try some.keep(filter, in: catalog.database) }
            if let place = reading.near {
                some.keep(ascending: try ids(at: place, reading, columns))
            }
            passing = some
        }
        guard !reading.exact.isEmpty else { return passing?.ids }
        guard let held = try catalog.requirePhrases(reading.exact) else {
            throw PhotoSearchError(
                .usage,
                "quoted words: got an SQLite without FTS5, expected one that can look for them")
        }
        passing?.keep(ascending: held)
        return passing?.ids ?? held
    }

    /// Photos in the circle, and those without coordinates beside which the place's name stands.
    private func ids(
        at place: NamedPlace, _ reading: QueryReading, _ columns: PhotoColumns
    ) throws -> [Int64] {
        var here = PassingPhotos(columns)
        here.keep(inside: place.near)
        var nowhere = PassingPhotos(columns)
        nowhere.keepWithoutPlace()
        let others = nowhere.ids
        if others.isEmpty { return here.ids }
        let named = Set(
            try reading.placeWords.flatMap { try catalog.requirePhrases([$0]) ?? [] })
        return (here.ids + others.filter(named.contains)).sorted()
    }

    /// The best by words beside the photo, then the newest.
    private func newest(
        _ allowed: [Int64]?, _ words: [Int64: Double], _ k: Int
    ) throws -> [(id: Int64, score: Double)] {
        let columns = try columns()
        var passing = PassingPhotos(columns)
        if let allowed { passing.keep(ascending: allowed) }
        let order = passing.rows.lazy.map { row in
            let id = columns.ids[row]
            return (id: id, words: words[id] ?? 0, taken: columns.taken[row])
        }
        let best = order.first(k) { one, other in
            if one.words != other.words { return one.words > other.words }
            return one.taken != other.taken ? one.taken > other.taken : one.id < other.id
        }
        return best.map { ($0.id, 0) }
    }

    /// The scores of the best by meaning, and of the photos `told` that words were found for.
    private func meaning(
        _ queries: [QueryVectors], _ k: Int, _ allowed: [Int64]?, _ told: [Int64]
    ) throws -> [Int64: Double] {
        let ranking = Negation(vectors: vectors)
        let pool = told.isEmpty ? k : max(Self.pool, k)
        let selections = allowed.map { vectors.selections(of: $0) }
        let some = vectors.selections(of: told)
        var found: [Int64: Double] = [:]
        for query in queries {
            try Task.checkCancellation()
            var pairs = try ranking.search(query, k: pool, in: selections)
            if !told.isEmpty { pairs += try ranking.search(query, k: told.count, in: some) }
            for (id, score) in pairs { found[id] = max(score, found[id] ?? score) }
        }
        return found
    }
}
