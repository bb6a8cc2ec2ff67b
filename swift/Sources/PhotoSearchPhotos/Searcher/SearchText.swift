import PhotoSearch

/// What a person searches for: parts that were taken for tokens, and what else they typed.
struct SearchText: Equatable {
    var tokens: [QueryToken] = []
    var text = ""

    var query: String { QueryToken.query(tokens, before: text) }

    /// Moves the parts of the text that were read as something to the tokens.
    ///
    /// - Parameter reading: Of `query`; another one changes nothing.
    mutating func takeTokens(_ reading: QueryReading) {
        guard reading.query.unicodeScalars.elementsEqual(query.unicodeScalars) else { return }
        let first = query.unicodeScalars.count - text.unicodeScalars.count
        let taken = zip(reading.spans, reading.tokens).filter { $0.0.from >= first }
        var rest = String.UnicodeScalarView()
        var at = first
        let scalars = Array(query.unicodeScalars)
        for (span, token) in taken {
            rest += scalars[at..<span.from]
            at = span.to
            if !tokens.contains(token) { tokens.append(token) }
        }
        rest += scalars[at...]
        text = Self.words(rest)
    }

    /// On one line, without the commas that parted them from what was taken.
    private static func words(_ scalars: String.UnicodeScalarView) -> String {
        let words = scalars.split { $0.properties.isWhitespace }
            .map { String(String.UnicodeScalarView($0)) }
        let isComma = { (word: String) in word == "," || word == ";" }
        return words.filter { !isComma($0) }.joined(separator: " ")
    }
}
