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
    private var notes = QueryNotes()

    init(_ text: String) {
        self.text = CodePoints.of(text)
        lastQuote = self.text.lastIndex(where: Self.quotes.contains) ?? -1
    }

    private enum Item {
        case term(Term)
        case plain(ArraySlice<UInt32>)
    }

    /// The terms, or none if nothing is visible, and how doubtful parts were read.
    mutating func read() -> (terms: [Term], notes: [String]) {
        let whole = Self.oneSpaced(text[...])
        guard Self.isVisible(whole[...]) else { return ([], []) }
        var terms = parts()
        if terms.count > Self.mostTerms { notes.many(Self.mostTerms) }
        if !(1...Self.mostTerms).contains(terms.count) { terms = [Term(Self.string(whole))] }
        return (terms, notes.all)
    }

    private mutating func parts() -> [Term] {
        var terms: [Term] = []
        var plain: [ArraySlice<UInt32>] = []
        var place = 0  // of the plain term among the others
        for item in items() {
            switch item {
            case .term(let term): terms.append(term)
            case .plain(let word):
                if plain.isEmpty { place = terms.count }
                plain.append(word)
            }
        }
        let isPunctuation = plain.allSatisfy { $0.allSatisfy(Self.isPunctuation) }
        if !plain.isEmpty, terms.isEmpty || !isPunctuation {
            terms.insert(Term(Self.string(Array(plain.joined(separator: [0x20])))), at: place)
        }
        return terms
    }

    /// Terms with a sign, quotes or a weight, and plain words.
    private mutating func items() -> [Item] {
        var items: [Item] = []
        var at = 0
        while let start = text[at...].firstIndex(where: { !Self.isSpace($0) }) {
            if let (term, end) = phrase(at: start) {
                if let term { items.append(.term(term)) }
                at = end
            } else {
                at = endOfWord(start)
                items.append(word(text[start..<at]))
            }
        }
        return items
    }

    private func endOfWord(_ start: Int) -> Int {
        text[start...].firstIndex(where: Self.isSpace) ?? text.count
    }

    /// The phrase that starts here and where it ends; no term if nothing in it is visible.
    private mutating func phrase(at start: Int) -> (Term?, Int)? {
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
        let isRefused = number != nil && weight == nil
        notes.phrase(
            text[start..<end], behind: text[end..<endOfWord(end)],
            isEmpty: !Self.isVisible(words), isRefused: isRefused)
        guard Self.isVisible(words) else { return (nil, end) }
        let phrase = Self.string(Self.oneSpaced(words))
        return (Term(phrase, weight: Self.signed(isNegative, weight ?? 1)), end)
    }

    /// A term if the word has a sign or a weight, else the word.
    private mutating func word(_ text: ArraySlice<UInt32>) -> Item {
        let second = text.dropFirst().first
        let isNegative =
            text.first.map(Self.minuses.contains) == true
            && second.map(Self.minuses.contains) == false
        let signed = isNegative ? text.dropFirst() : text
        var item = Item.plain(text)
        var (isPlain, hasWeight) = (true, false)
        if let split = signed.lastIndex(of: Self.colon), Self.isName(signed[..<split]),
            let weight = Self.number(signed[(split + 1)...]).flatMap(Self.weight)
        {
            let name = Self.string(Array(signed[..<split]))
            item = .term(Term(name, weight: Self.signed(isNegative, weight)))
            (isPlain, hasWeight) = (false, true)
        } else if isNegative, Self.isName(signed) {
            item = .term(Term(Self.string(Array(signed)), weight: Self.negativeWeight))
            isPlain = false
        }
        notes.word(text, isPlain: isPlain, hasWeight: hasWeight)
        return item
    }

    /// digit, { digit }, [ ".", { digit } ] | ".", digit, { digit }; over the greatest, infinity.
    private static func number(_ text: ArraySlice<UInt32>) -> Double? {
        let digits = text.filter(isDigit).count
        let points = text.filter { $0 == 0x2E }.count
        guard digits > 0, points <= 1, digits + points == text.count else { return nil }
        let plain = string(Array(text))
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

    static func string(_ codes: [UInt32]) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: codes.compactMap(Unicode.Scalar.init))
        return String(scalars)
    }

    static func isDigit(_ code: UInt32) -> Bool {
        (0x30...0x39).contains(code)
    }

    private static func isSpace(_ code: UInt32) -> Bool {
        CharacterFlags(of: code).contains(.space)
    }

    private static func isPunctuation(_ code: UInt32) -> Bool {
        CharacterFlags(of: code).contains(.punctuation)
    }

    static func isName(_ text: ArraySlice<UInt32>) -> Bool {
        text.contains { code in
            !isDigit(code)
                && CharacterFlags(of: code).isDisjoint(with: [.punctuation, .removed, .space])
        }
    }

    private static func isVisible(_ text: ArraySlice<UInt32>) -> Bool {
        text.contains { CharacterFlags(of: $0).isDisjoint(with: [.removed, .space]) }
    }
}
