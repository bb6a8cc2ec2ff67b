/// Tells that a query is in a language that the model does not know.
///
/// As `photosearch/query/language.py`.
enum LanguageNote {
    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")

    /// For each word, in which languages it is; a bit for each, in their order.
    private struct Membership {
        var certain: UInt32 = 0
        var doubtful: UInt32 = 0
    }

    private static let words: [WordKey: Membership] = {
        var words: [WordKey: Membership] = [:]
        for (place, language) in LanguageVocabulary.all.enumerated() {
            for word in WordKey.words(language.certain) {
                words[word, default: Membership()].certain |= 1 << place
            }
            for word in WordKey.words(language.doubtful) {
                words[word, default: Membership()].doubtful |= 1 << place
            }
        }
        return words
    }()

    /// What to tell of words that the model cannot know; nil if it may know them.
    ///
    /// A word of which no letter is Latin is one of another script. Words of another language are
    /// half of them at least, and one is no word of English.
    static func note(_ keys: some Sequence<WordKey>) -> String? {
        var tally = Tally()
        for key in keys { tally.add(key) }
        if 2 * tally.latin < tally.words || tally.words > 0 && tally.latin == 0 {
            return QueryVocabulary.otherScript
        }
        return tally.likeliest.map { place in
            QueryVocabulary.otherLanguage.filled("\(LanguageVocabulary.all[place].name)")
        }
    }

    /// How many words of a query are of which language.
    private struct Tally {
        private(set) var words = 0
        private(set) var latin = 0
        private var certain = [Int](repeating: 0, count: LanguageVocabulary.all.count)
        private var doubtful = [Int](repeating: 0, count: LanguageVocabulary.all.count)

        mutating func add(_ key: WordKey) {
            let isLatin = key.bytes.contains(where: LanguageNote.letters.contains)
            guard isLatin || LanguageNote.hasLetter(key) else { return }
            words += 1
            guard isLatin else { return }
            latin += 1
            guard let found = LanguageNote.words[key] else { return }
            for place in certain.indices {
                certain[place] += Int(found.certain >> place & 1)
                doubtful[place] += Int(found.doubtful >> place & 1)
            }
        }

        /// The language of most words, if half of all are of it; of two, the first.
        var likeliest: Int? {
            var best: (place: Int?, all: Int, certain: Int) = (nil, 0, 0)
            for place in certain.indices where certain[place] > 0 {
                let all = certain[place] + doubtful[place]
                if 2 * all >= words, (all, certain[place]) > (best.all, best.certain) {
                    best = (place, all, certain[place])
                }
            }
            return best.place
        }
    }

    /// Whether a word is one of another language, and none of English.
    static func isForeign(_ key: WordKey) -> Bool {
        words[key].map { $0.certain != 0 } ?? false
    }

    private static func hasLetter(_ key: WordKey) -> Bool {
        key.bytes.contains { $0 >= 0x80 }
            && key.codes.contains { CharacterFlags(of: $0).contains(.letter) }
    }
}
