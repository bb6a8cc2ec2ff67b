/// A phrase or a word as it was typed, and the term that it is by itself.
struct QueryPart {
    /// Code points; its indices are places of the query.
    let text: ArraySlice<UInt32>
    /// nil for a plain word, and for a phrase in which nothing is visible.
    let term: Term?
    /// The words between the quotes; nil for a word.
    let phrase: String?
    /// How it was read, if more may have been meant.
    let notes: [String]

    var isPlain: Bool { term == nil && phrase == nil }

    /// Whether it is a phrase without a sign and a weight.
    var isExact: Bool {
        guard term != nil, phrase != nil, let first = text.first, let last = text.last else {
            return false
        }
        return QueryParser.quotes.contains(first) && QueryParser.quotes.contains(last)
    }
}

/// Reads the query language of `photosearch/query/parse.py`, character by character as it does.
struct QueryParser {
    static let negativeWeight = -0.5
    static let mostWeight = 10.0
    static let mostTerms = 32

    static let minuses: [UInt32] = [0x2D, 0x2212]
    static let quotes: [UInt32] = [
        0x22, 0x201C, 0x201D, 0x201E, 0x201F, 0xAB, 0xBB, 0xFF02,
    ]
    private static let colon: UInt32 = 0x3A

    private let text: [UInt32]
    private let lastQuote: Int  // no search for a closing one beyond it

    /// - Throws: `PhotoSearchError` of kind `query` if nothing is visible.
    init(_ text: String) throws(PhotoSearchError) {
        self.text = CodePoints.of(text)
        lastQuote = self.text.lastIndex(where: Self.quotes.contains) ?? -1
        guard Self.isVisible(self.text[...]) else {
            throw PhotoSearchError(
                .query,
                "query: got '\(text.prefix(20))', expected words, for example: dog -beach")
        }
    }

    /// The phrases and words in their order.
    func parts() -> [QueryPart] {
        var parts: [QueryPart] = []
        var at = 0
        while let start = text[at...].firstIndex(where: { !Self.isSpace($0) }) {
            let part = phrase(at: start) ?? word(text[start..<endOfWord(start)])
            parts.append(part)
            at = part.text.endIndex
        }
        return parts
    }

    /// With a phrase behind "without" as one part: a term of negative weight.
    func negated(_ parts: [QueryPart]) -> [QueryPart] {
        var found: [QueryPart] = []
        for part in parts {
            guard let last = found.last, last.isPlain, part.isExact, let phrase = part.phrase,
                QueryVocabulary.negations.contains(WordKey(of: last.text))
            else {
                found.append(part)
                continue
            }
            found[found.count - 1] = QueryPart(
                text: text[last.text.startIndex..<part.text.endIndex],
                term: Term(phrase, weight: Self.negativeWeight), phrase: nil, notes: part.notes)
        }
        return found
    }

    /// Too many terms, or none, are one of the whole text; and what a person is told.
    ///
    /// - Parameter isRead: Something was read besides, so that there may be no terms.
    /// - Returns: No terms if those that are given stay.
    func limited(
        _ terms: [Term], notes: [String], isRead: Bool = false
    ) -> (whole: [Term], notes: [String]) {
        let isMany = terms.count > Self.mostTerms
        let isWhole = isMany || terms.isEmpty && !isRead
        let whole = isWhole ? [Term(Self.string(Self.oneSpaced(text[...])))] : []
        return (whole, isMany ? [QueryNotes.many(Self.mostTerms)] : QueryNotes.first(of: notes))
    }

    private func endOfWord(_ start: Int) -> Int {
        text[start...].firstIndex(where: Self.isSpace) ?? text.count
    }

    /// The phrase that starts here; no term if nothing in it is visible.
    private func phrase(at start: Int) -> QueryPart? {
        let isNegative = Self.minuses.contains(text[start])
        let open = isNegative ? start + 1 : start
        guard open < lastQuote, Self.quotes.contains(text[open]),
            let close = text[(open + 1)...].firstIndex(where: Self.quotes.contains)
        else { return nil }
        var end = close + 1
        var number: Double?
        if end < text.count, text[end] == Self.colon {
            let stop = endOfWord(end)
            number = Self.number(text[(end + 1)..<stop])
            if number != nil { end = stop }
        }
        let words = text[(open + 1)..<close]
        let weight = number.flatMap(Self.weight)
        let isEmpty = !Self.isVisible(words)
        let phrase = Self.string(Self.oneSpaced(words))
        let notes = QueryNotes.phrase(
            text[start..<end], behind: text[end..<endOfWord(end)], isEmpty: isEmpty,
            isRefused: number != nil && weight == nil)
        let term = Term(phrase, weight: Self.signed(isNegative, weight ?? 1))
        return QueryPart(
            text: text[start..<end], term: isEmpty ? nil : term, phrase: phrase, notes: notes)
    }

    /// A word, which is a term by itself if it has a sign or a weight.
    private func word(_ text: ArraySlice<UInt32>) -> QueryPart {
        let second = text.dropFirst().first
        let isNegative =
            text.first.map(Self.minuses.contains) == true
            && second.map(Self.minuses.contains) == false
        let signed = isNegative ? text.dropFirst() : text
        var term: Term?
        var hasWeight = false
        if let split = signed.lastIndex(of: Self.colon), Self.isName(signed[..<split]),
            let weight = Self.number(signed[(split + 1)...]).flatMap(Self.weight)
        {
            let name = Self.string(signed[..<split])
            term = Term(name, weight: Self.signed(isNegative, weight))
            hasWeight = true
        } else if isNegative, Self.isName(signed) {
            term = Term(Self.string(signed), weight: Self.negativeWeight)
        }
        let notes = QueryNotes.word(text, isPlain: term == nil, hasWeight: hasWeight)
        return QueryPart(text: text, term: term, phrase: nil, notes: notes)
    }

    /// digit, { digit }, [ ".", { digit } ] | ".", digit, { digit }; over the greatest, infinity.
    private static func number(_ text: ArraySlice<UInt32>) -> Double? {
        let digits = text.filter(isDigit).count
        let points = text.filter { $0 == 0x2E }.count
        guard digits > 0, points <= 1, digits + points == text.count else { return nil }
        let plain = string(text)
        return Double(text.first == 0x2E ? "0\(plain)" : text.last == 0x2E ? "\(plain)0" : plain)
    }

    /// The number, if it may be a weight.
    private static func weight(_ number: Double) -> Double? {
        number > 0 && number <= mostWeight ? number : nil
    }

    private static func signed(_ isNegative: Bool, _ weight: Double) -> Double {
        isNegative ? negativeWeight * weight : weight
    }

    private static func oneSpaced(_ text: ArraySlice<UInt32>) -> [UInt32] {
        Array(text.split(whereSeparator: isSpace).joined(separator: [0x20]))
    }
}

// MARK: Characters

extension QueryParser {
    static func string(_ codes: some Sequence<UInt32>) -> String {
        var scalars = String.UnicodeScalarView()
        for code in codes { Unicode.Scalar(code).map { scalars.append($0) } }
        return String(scalars)
    }

    static func isDigit(_ code: UInt32) -> Bool {
        (0x30...0x39).contains(code)
    }

    static func isSpace(_ code: UInt32) -> Bool {
        CharacterFlags(of: code).contains(.space)
    }

    static func isPunctuation(_ code: UInt32) -> Bool {
        CharacterFlags(of: code).contains(.punctuation)
    }

    static func isName(_ text: some Sequence<UInt32>) -> Bool {
        text.contains { code in
            !isDigit(code)
                && CharacterFlags(of: code).isDisjoint(with: [.punctuation, .removed, .space])
        }
    }

    private static func isVisible(_ text: ArraySlice<UInt32>) -> Bool {
        text.contains { CharacterFlags(of: $0).isDisjoint(with: [.removed, .space]) }
    }
}
