/// Notes on parts of a query that may have been meant otherwise than they were read, as
/// `photosearch/query/parse.py` gives them.
struct QueryNotes {
    static let most = 5
    private static let shown = 40  // code points of what a note is about
    private static let dashes =
        QueryParser.minuses + Array(0x2010...0x2015) + [0xFE58, 0xFE63, 0xFF0D]
    private static let numeric = QueryParser.minuses + [0x2B, 0x2E, 0x2C, 0x65, 0x45]  // + . , e E
    private static let colon: UInt32 = 0x3A

    private(set) var all: [String] = []

    /// One word as it was typed, and what it was read as.
    mutating func word(_ text: ArraySlice<UInt32>, isPlain: Bool, hasWeight: Bool) {
        if isPlain, text.first.map(Self.dashes.contains) == true { minus(text) }
        if !hasWeight, let split = text.lastIndex(of: Self.colon),
            Self.isNumeric(text[(split + 1)...]), QueryParser.isName(text[..<split])
        {
            weight(text)
        }
        let before = [0x20] + text.dropLast()  // a quote right behind a digit means inches
        if zip(before, text).contains(where: {
            QueryParser.quotes.contains($1) && !QueryParser.isDigit($0)
        }) {
            add(text, "without a phrase, which has a quote on either side: \"two words\"")
        }
    }

    /// One phrase as it was typed with its number, and what stands right behind it.
    mutating func phrase(
        _ text: ArraySlice<UInt32>, behind: ArraySlice<UInt32>, isEmpty: Bool, isRefused: Bool
    ) {
        if isEmpty {
            add(text, "as nothing: there are no words between the quotes")
        } else if behind.first == Self.colon, Self.isNumeric(behind.dropFirst()) {
            weight(text + behind)
        } else if isRefused {
            weight(text)
        }
    }

    /// More parts than are read as such.
    mutating func many(_ most: Int) {
        all = ["more than \(most) parts are read as one text, without signs and weights"]
    }

    private mutating func minus(_ text: ArraySlice<UInt32>) {
        if text.allSatisfy(Self.dashes.contains) {
            add(text, "as a dash; right before a word, a minus pushes photos away: -word")
        } else {
            add(text, "as plain text; a single minus before a word pushes photos away: -word")
        }
    }

    private mutating func weight(_ text: ArraySlice<UInt32>) {
        add(text, "without a weight, which is above 0 and at most 10: word:2")
    }

    private mutating func add(_ text: ArraySlice<UInt32>, _ how: String) {
        guard all.count < Self.most else { return }
        let start = QueryParser.string(Array(text.prefix(Self.shown)))
        let note = "'\(start)\(text.count > Self.shown ? "…" : "")' is read \(how)"
        if !all.contains(where: { $0.utf8.elementsEqual(note.utf8) }) { all.append(note) }
    }

    /// Whether it was perhaps meant as a number.
    private static func isNumeric(_ text: ArraySlice<UInt32>) -> Bool {
        text.contains(where: QueryParser.isDigit)
            && text.allSatisfy { QueryParser.isDigit($0) || numeric.contains($0) }
    }
}
