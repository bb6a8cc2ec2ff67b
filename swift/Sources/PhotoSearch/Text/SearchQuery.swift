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
        var parser = QueryParser(text)
        let (terms, notes) = parser.read()
        guard !terms.isEmpty else {
            throw PhotoSearchError(
                .query,
                "query: got '\(text.prefix(20))', expected words, for example: dog -beach")
        }
        (self.terms, self.notes) = (terms, notes)
    }
}
