// Words of a query with their places, as `photosearch/query/words.py`.

/// A word as it was typed, and where.
struct Word {
    /// Code points; its indices are places of the query.
    let text: ArraySlice<UInt32>
    /// Folded, without accents, apostrophes and the punctuation around it.
    let key: WordKey
    /// A comma or the like stands behind it.
    let ends: Bool

    init(_ text: ArraySlice<UInt32>) {
        self.text = text
        key = WordKey(of: text)
        ends = text.last.map(QueryVocabulary.breaks.contains) ?? false
    }

    /// Words as they were typed, without a comma behind the last.
    static func text(of words: some Collection<Word>) -> String {
        QueryParser.string(codes(of: words))
    }

    static func codes(of words: some Collection<Word>) -> [UInt32] {
        var codes = joined(words)
        while let last = codes.last, QueryVocabulary.breaks.contains(last) { codes.removeLast() }
        return codes
    }

    /// Words as they were typed.
    static func joined(_ words: some Collection<Word>) -> [UInt32] {
        var codes: [UInt32] = []
        for word in words {
            if !codes.isEmpty { codes.append(0x20) }
            codes += word.text
        }
        return codes
    }
}

/// Plain words that stand side by side. Places beyond its ends hold the empty key.
struct Run {
    let words: [Word]

    init(_ words: [Word]) {
        self.words = words
    }

    var count: Int { words.count }

    /// The key of a word, even if a comma stands before it.
    func key(_ at: Int) -> WordKey {
        words.indices.contains(at) ? words[at].key : .empty
    }

    /// The key of a word; empty if a comma stands before it.
    func next(_ at: Int) -> WordKey {
        words.indices.contains(at - 1) && words[at - 1].ends ? .empty : key(at)
    }

    /// Whether a name stands at a place, with no comma inside it.
    func reads(_ name: [WordKey], at start: Int) -> Bool {
        name.indices.allSatisfy { place in
            (place == 0 ? key(start) : next(start + place)) == name[place]
        }
    }
}
