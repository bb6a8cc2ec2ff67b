// Reads what begins at a word: a negation, a date, a kind of photo, a camera or a place.
//
// As `photosearch/query/pieces.py`.

/// Words of a run that were read as something.
struct Piece {
    /// The place behind its last word.
    let end: Int
    /// nil if they stay words, and only the note counts.
    let content: Content?
    var note = ""

    enum Content {
        case when(WhenWanted)
        case near(NamedPlace)
        case away(NamedPlace)
        case media(String)
        case favourites
        case camera(String)
        case negated([String])
    }
}

/// Reads pieces in a run of words.
struct PieceReader {
    private let run: Run
    private let library: LibraryFacts?
    private let dates: DateReader
    private let places: PlaceReader

    init(_ run: Run, _ clock: Clock) {
        (self.run, library) = (run, clock.library)
        dates = DateReader(run: run, clock: clock)
        places = PlaceReader(run, clock.library)
    }

    /// What is read from a word on; `isStart` says that nothing plain stands before it.
    func piece(_ at: Int, isStart: Bool) -> Piece? {
        if let found = Operators.negation(run, at, other: other) {
            return Piece(end: found.end, content: .negated(found.texts), note: found.note)
        }
        return date(at) ?? media(at, isStart: isStart) ?? camera(at) ?? home(at)
            ?? place(at)
    }

    /// The place behind a date or a place that begins at a word.
    private func other(_ at: Int) -> Int? {
        dates.when(at)?.end ?? places.place(at)?.end
    }

    /// Whether no plain word stands at a place.
    private func ends(_ at: Int) -> Bool {
        run.next(at).isEmpty || other(at) != nil
            || Operators.negation(run, at, other: { _ in nil }) != nil
    }

    private func date(_ at: Int) -> Piece? {
        guard let found = dates.when(at) else { return nil }
        if let library, !library.isDated {
            let words = Word.text(of: run.words[at..<found.end])
            return Piece(
                end: found.end, content: nil, note: QueryVocabulary.noDates.filled(words))
        }
        return Piece(end: found.end, content: .when(found.when), note: found.note)
    }

    private func media(_ at: Int, isStart: Bool) -> Piece? {
        MediaWords.read(run, at, isStart: isStart, ends: ends).map { found in
            let isMark = found.kind == MediaWords.favourites
            return Piece(end: found.end, content: isMark ? .favourites : .media(found.kind))
        }
    }

    private func camera(_ at: Int) -> Piece? {
        CameraWords.read(run, at).map { Piece(end: $0.end, content: .camera($0.camera)) }
    }

    private func home(_ at: Int) -> Piece? {
        HomeWords.read(run, at, library).map { found in
            Piece(end: found.end, content: found.isAway ? .away(found.place) : .near(found.place))
        }
    }

    private func place(_ at: Int) -> Piece? {
        places.place(at).map { found in
            let circle = found.place.map { found.isAway ? Piece.Content.away($0) : .near($0) }
            return Piece(end: found.end, content: circle, note: found.note)
        }
    }
}
