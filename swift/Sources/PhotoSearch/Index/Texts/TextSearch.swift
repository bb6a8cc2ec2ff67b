// Photos by words and phrases that stand beside them: how well, and where.

/// A photo beside which some of the words stand.
struct TextHit: Sendable, Hashable {
    let id: Int64
    /// BM25, above 0; the higher, the better.
    let score: Double
}

/// What words were found beside.
struct TextsFound: Sendable {
    /// Best first, then lowest id first.
    var hits: [TextHit] = []
    /// As FTS5 was asked.
    fileprivate var wanted = ""
}

/// How FTS5 is asked: as `photosearch/index/texts/search.py`, which describes the score.
private enum TextQuery {
    /// What a word counts in each field: more where a person chose it for this photo.
    static let weights = [2.0, 3.0, 4.0, 2.0, 4.0, 4.0, 1.0]
    static let mostWords = 64
    private static let mostCharacters = 200
    private static let leastPrefix = 2  // characters: one alone begins too many words
    /// Photos; a word that more than half of them, and more than this, have says nothing.
    static let common: Int64 = 1000

    static let score = "-bm25(words, \(weights.map { "\($0)" }.joined(separator: ", ")))"
    static let each = FullText.fields.map { field in
        let only = FullText.fields.map { $0 == field ? "1.0" : "0.0" }.joined(separator: ", ")
        return "bm25(words, \(only)) != 0"
    }.joined(separator: ", ")
    static let mostListed = 1000  // ids that SQLite is told
    /// The plus: words first, then ids.
    static let among = "+rowid IN (SELECT value FROM json_each(?))"

    static func list(_ ids: some Sequence<Int64>) -> SQLValue {
        .text("[\(ids.map(String.init).joined(separator: ","))]")
    }

    /// Each word as FTS5 asks for it, once, the last one as a beginning too.
    static func expressions(_ words: [String]) -> [String] {
        let given = words.lazy.map(cleaned).filter { !$0.isEmpty }.prefix(mostWords)
        let all = Array(given)
        let last = all.last.flatMap { $0.unicodeScalars.count >= leastPrefix ? $0 : nil }
        var seen: Set<[Unicode.Scalar]> = []
        let others = all.filter { word in
            seen.insert(Array(word.unicodeScalars)).inserted
                && !word.unicodeScalars.elementsEqual((last ?? "").unicodeScalars)
        }
        return others.map { expression($0) } + (last.map { [expression($0, mark: " *")] } ?? [])
    }

    /// A phrase; words that are written together stand apart in names and albums too.
    static func expression(_ text: String, mark: String = "") -> String {
        let whole = cleaned(text)
        if whole.isEmpty { return "" }
        let parts = TextWords.apart(whole)
        let asked = "\(quoted(whole))\(mark)"
        if parts.unicodeScalars.count == whole.unicodeScalars.count { return asked }
        return "(\(asked) OR {name album} : \(quoted(parts))\(mark))"
    }

    private static func quoted(_ text: String) -> String {
        let doubled = text.unicodeScalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] }
        return "\"\(String(String.UnicodeScalarView(doubled)))\""
    }

    /// Without control characters, and without the mark between entries.
    private static func cleaned(_ text: String) -> String {
        let kept = text.unicodeScalars.prefix(mostCharacters).map { scalar in
            scalar.value < 0x20 || scalar == TextWords.mark ? " " : scalar
        }
        let isInside = { (scalar: Unicode.Scalar) in !scalar.properties.isWhitespace }
        guard let first = kept.firstIndex(where: isInside),
            let last = kept.lastIndex(where: isInside)
        else { return "" }
        return String(String.UnicodeScalarView(kept[first...last]))
    }
}

extension Catalog {
    /// The photos that have any of the words, best first, then lowest id first.
    ///
    /// - Parameters:
    ///   - words: As typed; the last one may be the beginning of one. What most of many photos have is
    ///     not looked for.
    ///   - allowed: The ids that may be found; nil for all.
    ///   - limit: How many, at most.
    /// - Returns: nil where words cannot be looked for: SQLite lacks FTS5, or the words are out of step.
    /// - Throws: `PhotoSearchError` of kind `indexDamaged`, `storage`.
    /// - Complexity: O(m) in the photos that have one of the words, about a microsecond each.
    func findTexts(_ words: [String], among allowed: [Int64]? = nil, limit: Int = 1000) throws
        -> TextsFound?
    {
        guard try hasWords() else { return nil }
        let wanted = try telling(TextQuery.expressions(words)).joined(separator: " OR ")
        if wanted.isEmpty { return TextsFound() }
        let found = try scores(wanted, among: allowed)
        let best = found.first(limit) { one, other in
            one.score != other.score ? one.score > other.score : one.id < other.id
        }
        return TextsFound(hits: best, wanted: wanted)
    }

    /// Of photos that may be found. A long list of ids takes SQLite longer than the words do.
    private func scores(_ wanted: String, among allowed: [Int64]?) throws -> [TextHit] {
        let isShort = allowed.map { $0.count <= TextQuery.mostListed } ?? false
        let sql = """
            SELECT rowid, \(TextQuery.score) FROM words WHERE words MATCH ?
            \(isShort ? "AND \(TextQuery.among)" : "") ORDER BY rowid
            """
        let only = isShort ? [TextQuery.list(allowed ?? [])] : []
        let found = try database.rows(sql, [.text(wanted)] + only) {
            TextHit(id: $0.integer(0) ?? 0, score: $0.real(1) ?? 0)
        }
        guard let allowed, !isShort else { return found }
        var rest = allowed[...]
        return found.filter { hit in
            while let id = rest.first, id < hit.id { rest.removeFirst() }
            return rest.first == hit.id
        }
    }

    /// The ids of photos beside which every phrase stands, ascending.
    ///
    /// - Parameter phrases: Words that stand one behind the other in one name, title, keyword, …; one
    ///   without a word stands nowhere.
    /// - Returns: nil where words cannot be looked for.
    /// - Throws: `PhotoSearchError` of kind `indexDamaged`, `storage`.
    func requirePhrases(_ phrases: [String]) throws -> [Int64]? {
        guard try hasWords() else { return nil }
        var found: [Int64]?
        for phrase in phrases {
            let expression = TextQuery.expression(phrase)
            let sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid"
            let ids =
                expression.isEmpty
                ? [] : try database.rows(sql, [.text(expression)]) { $0.integer(0) ?? 0 }
            let some = Set(ids)
            found = found?.filter(some.contains) ?? ids
        }
        return found ?? []
    }

    /// Where the words stand, by id, in the order of the fields.
    ///
    /// - Complexity: O(m) in the ids, four microseconds each.
    func fields(of found: TextsFound, _ ids: [Int64]) throws -> [Int64: [TextField]] {
        if found.hits.isEmpty { return [:] }
        // a column counts if its score, were there no other, is any
        let sql = """
            SELECT rowid, \(TextQuery.each) FROM words WHERE words MATCH ? AND \(TextQuery.among)
            """
        let rows = try database.rows(sql, [.text(found.wanted), TextQuery.list(ids)]) { row in
            let all = TextField.allCases.enumerated()
            let there = all.filter { row.integer(Int32($0.offset + 1)) == 1 }.map(\.element)
            return (row.integer(0) ?? 0, there)
        }
        return Dictionary(rows) { $1 }
    }

    /// Those that tell photos apart: not what most of many photos have.
    private func telling(_ expressions: [String]) throws -> [String] {
        let sql = "SELECT count(*) FROM words WHERE words MATCH ?"
        return try expressions.filter { expression in
            guard case .integer(let count) = try database.value(sql, [.text(expression)]),
                count > 0
            else { return false }
            if count <= TextQuery.common { return true }
            let total = try database.value("SELECT count(*) FROM texts")
            guard case .integer(let all) = total else { return true }
            return 2 * count <= all
        }
    }
}
