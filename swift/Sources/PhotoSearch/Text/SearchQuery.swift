// What to search for: weighted terms, and notes on how doubtful parts were read.

/// A weighted part of a query; a negative weight ranks matching photos lower.
public struct Term: Sendable, Hashable {
    public let text: String
    public let weight: Double

    public init(_ text: String, weight: Double = 1) {
        self.text = text
        self.weight = weight
    }
}

/// What to search for: the sum of its terms, each times its weight, and what sets photos back.
///
/// ```swift
/// let query = try SearchQuery(parsing: #"dog -beach "red car":2"#)
/// // dog 1, beach -0.5, red car 2
/// ```
///
/// Python calls it `Query`; in an app, that is SwiftData's.
public struct SearchQuery: Sendable, Hashable {
    public let terms: [Term]

    /// How parts were read that look as if more was meant, for a person: a minus that stands alone,
    /// a number that is no weight, a quote that is not closed. Queries of the same terms are equal.
    public let notes: [String]

    public init(terms: [Term]) {
        (self.terms, notes) = (terms, [])
    }

    public static func == (left: SearchQuery, right: SearchQuery) -> Bool {
        left.terms == right.terms
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(terms)
    }

    /// The terms of what a person typed, in the order in which they start.
    ///
    /// - Parameter text: Words, "phrases", -negation and weights:2, as the grammar in
    ///   `photosearch/query/parse.py` says. Any text with a visible character is a query.
    /// - Throws: `PhotoSearchError` of kind `query` if there is no visible character.
    /// - Complexity: O(n) in the length of the text.
    public init(parsing text: String) throws(PhotoSearchError) {
        let parser = try QueryParser(text)
        let parts = parser.parts()
        var terms: [Term] = []
        var plain: [ArraySlice<UInt32>] = []
        var place = 0  // of the plain term among the others
        for part in parts {
            if let term = part.term {
                terms.append(term)
            } else if part.phrase == nil {
                if plain.isEmpty { place = terms.count }
                plain.append(part.text)
            }
        }
        let isPunctuation = plain.allSatisfy { $0.allSatisfy(QueryParser.isPunctuation) }
        if !plain.isEmpty, terms.isEmpty || !isPunctuation {
            terms.insert(Term(QueryParser.string(plain.joined(separator: [0x20]))), at: place)
        }
        let limited = parser.limited(terms, notes: parts.flatMap(\.notes))
        self.terms = limited.whole.isEmpty ? terms : limited.whole
        notes = limited.notes
    }
}

/// Notes on parts of a query that may have been meant otherwise than they were read, as
/// `photosearch/query/parse.py` gives them.
enum QueryNotes {
    private static let most = 5
    private static let shown = 40  // code points of what a note is about
    private static let dashes =
        QueryParser.minuses + Array(0x2010...0x2015) + [0xFE58, 0xFE63, 0xFF0D]
    private static let numeric = QueryParser.minuses + [0x2B, 0x2E, 0x2C, 0x65, 0x45]  // + . , e E
    private static let colon: UInt32 = 0x3A

    /// One word as it was typed, and what it was read as.
    static func word(_ text: ArraySlice<UInt32>, isPlain: Bool, hasWeight: Bool) -> [String] {
        var notes: [String] = []
        if isPlain, text.first.map(dashes.contains) == true { notes.append(minus(text)) }
        if !hasWeight, let split = text.lastIndex(of: colon), isNumeric(text[(split + 1)...]),
            QueryParser.isName(text[..<split])
        {
            notes.append(weight(text))
        }
        let before = [0x20] + text.dropLast()  // a quote right behind a digit means inches
        if zip(before, text).contains(where: {
            QueryParser.quotes.contains($1) && !QueryParser.isDigit($0)
        }) {
            notes.append(
                note(text, "without a phrase, which has a quote on either side: \"two words\""))
        }
        return notes
    }

    /// One phrase as it was typed with its number, and what stands right behind it.
    static func phrase(
        _ text: ArraySlice<UInt32>, behind: ArraySlice<UInt32>, isEmpty: Bool, isRefused: Bool
    ) -> [String] {
        if isEmpty { return [note(text, "as nothing: there are no words between the quotes")] }
        if behind.first == colon, isNumeric(behind.dropFirst()) { return [weight(text + behind)] }
        return isRefused ? [weight(text)] : []
    }

    /// More parts than are read as such.
    static func many(_ most: Int) -> String {
        "more than \(most) parts are read as one text, without signs and weights"
    }

    /// The first ones, each once.
    static func first(of notes: [String]) -> [String] {
        var first: [String] = []
        for note in notes where !first.contains(where: { $0.utf8.elementsEqual(note.utf8) }) {
            if first.count == most { break }
            first.append(note)
        }
        return first
    }

    private static func minus(_ text: ArraySlice<UInt32>) -> String {
        let isDash = text.allSatisfy(dashes.contains)
        return note(
            text,
            isDash
                ? "as a dash; right before a word, a minus pushes photos away: -word"
                : "as plain text; a single minus before a word pushes photos away: -word")
    }

    private static func weight(_ text: ArraySlice<UInt32>) -> String {
        note(text, "without a weight, which is above 0 and at most 10: word:2")
    }

    private static func note(_ text: ArraySlice<UInt32>, _ how: String) -> String {
        let start = QueryParser.string(text.prefix(shown))
        return "'\(start)\(text.count > shown ? "…" : "")' is read \(how)"
    }

    /// Whether it was perhaps meant as a number.
    private static func isNumeric(_ text: ArraySlice<UInt32>) -> Bool {
        text.contains(where: QueryParser.isDigit)
            && text.allSatisfy { QueryParser.isDigit($0) || numeric.contains($0) }
    }
}
