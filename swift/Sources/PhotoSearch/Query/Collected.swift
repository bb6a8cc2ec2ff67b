/// What the parts of a query are read as, in their order, as `photosearch/query/collected.py`.
struct Collected {
    /// That stay plain.
    private(set) var words: [Word] = []
    var notes: [String] = []
    private var position = 0  // of the plain words among the terms
    private(set) var terms: [Term] = []
    private(set) var any: [[String]] = []
    private(set) var when: WhenWanted?
    private(set) var near: NamedPlace?
    private(set) var away: NamedPlace?
    private(set) var media: [String] = []
    private(set) var isFavourites = false
    private(set) var exact: [String] = []
    private(set) var camera: String?
    private(set) var spans: [Span] = []

    /// Words that stay plain.
    mutating func add(_ words: some Collection<Word>) {
        if self.words.isEmpty { position = terms.count }
        self.words += words
    }

    /// Words of which one group is looked for.
    mutating func add(alternatives groups: [ArraySlice<Word>]) {
        any.append(groups.map(Word.text))
        guard let first = groups.first?.first, let last = groups.last?.last else { return }
        addSpan(.any, from: first, to: last)
    }

    /// A phrase, or a word with a sign or a weight.
    mutating func add(_ part: QueryPart) {
        notes += part.notes
        guard let term = part.term else { return }
        var kind: Span.Kind = term.weight < 0 ? .not : .weight
        if part.isExact, let phrase = part.phrase {
            kind = .exact
            exact.append(phrase)
        } else {
            terms.append(term)
        }
        spans.append(Span(part.text.indices, kind))
    }

    /// Whether a piece goes with what was read before it; else there is a note on it.
    mutating func takes(_ piece: Piece, _ words: ArraySlice<Word>) -> Bool {
        switch piece.content {
        case nil:
            notes.append(piece.note)
            return false
        case .near where near != nil:
            notes.append(QueryVocabulary.secondPlace.filled(Word.text(of: words)))
            return false
        case .when(let wanted) where (when ?? WhenWanted()).joined(wanted) == nil:
            notes.append(QueryVocabulary.noTime.filled(Word.text(of: words)))
            return false
        default: return true
        }
    }

    /// Words that were read as something.
    mutating func add(_ piece: Piece, _ words: ArraySlice<Word>) {
        guard let content = piece.content, let first = words.first, let last = words.last else {
            return
        }
        addSpan(add(content), from: first, to: last)
        if !piece.note.isEmpty { notes.append(piece.note) }
    }

    private mutating func add(_ content: Piece.Content) -> Span.Kind {
        switch content {
        case .negated(let texts):
            terms += texts.map { Term($0, weight: QueryParser.negativeWeight) }
            return .not
        case .when(let wanted):
            when = (when ?? WhenWanted()).joined(wanted)
            return .when
        case .near(let place):
            near = place
            return .near
        case .away(let place):
            away = place
            return .near
        case .media(let kind):
            if !media.contains(kind) { media.append(kind) }
            return .media
        case .favourites:
            isFavourites = true
            return .favourites
        case .camera(let name):
            camera = name
            return .camera
        }
    }

    private mutating func addSpan(_ kind: Span.Kind, from first: Word, to last: Word) {
        let end = last.text.startIndex + Word.codes(of: CollectionOfOne(last)).count
        spans.append(Span(first.text.startIndex..<end, kind))
    }

    /// What to tell if the words are of a language that the model does not know.
    var languageNote: String? {
        let texts = terms.map(\.text) + any.flatMap { $0 }
        let keys = texts.flatMap { text in
            CodePoints.of(text).split(whereSeparator: Self.isSpace).map { WordKey(of: $0) }
        }
        return LanguageNote.note(words.map(\.key) + keys)
    }

    /// As Python's `str.split` parts words.
    private static func isSpace(_ code: UInt32) -> Bool {
        QueryParser.isSpace(code) || (0x1C...0x1F).contains(code)
    }

    /// The terms, the plain words as one of them, placed where the first of them stood.
    var allTerms: [Term] {
        let isPunctuation = words.allSatisfy { $0.text.allSatisfy(QueryParser.isPunctuation) }
        if words.isEmpty || !spans.isEmpty && isPunctuation { return terms }
        var all = terms
        let plain = spans.isEmpty ? Word.joined(words) : Word.codes(of: words)
        all.insert(Term(QueryParser.string(plain)), at: position)
        return all
    }
}
