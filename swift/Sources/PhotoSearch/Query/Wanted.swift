// What a reading asks of photos: filters, the words to embed, and those to find beside a photo.
//
// As `photosearch/query/wanted.py`.

extension QueryReading {
    private static let mostQueries = 8  // that alternatives make; beyond, they are words

    /// Filters that must all hold, without the place: kinds of photos are alternatives, states are not.
    var filters: [Filter] {
        let wanted = media.compactMap(MediaFilter.init)
        let states = wanted.filter { $0.kind.map(MediaKinds.states.contains) ?? false }
        var base = Filter(
            since: when?.since.map(Moment.init), until: when?.until.map(Moment.init),
            camera: camera, favourites: favourites, media: Set(wanted).subtracting(states))
        base.away = away?.near
        if let when {
            (base.months, base.weekdays) = (Set(when.months), Set(when.weekdays))
            (base.days, base.hours) = (when.days, when.hours)
        }
        return ([base] + states.map { Filter(media: [$0]) }).filter { !$0.isEmpty }
    }

    /// What to embed, of which a photo answers any; none if only filters are asked for.
    package var queries: [SearchQuery] {
        var choices: [[String]] = [[]]
        for group in any {
            choices = choices.flatMap { choice in group.map { choice + [$0] } }
            if choices.count > Self.mostQueries {
                let words = any.flatMap { $0 }.joined(separator: " ")
                return [SearchQuery(terms: terms + [Term(words)])]
            }
        }
        return choices.map { SearchQuery(terms: terms + $0.map { Term($0) }) }
            .filter { !$0.terms.isEmpty }
    }

    /// The words that may stand beside a photo, in their order, without those that say nothing.
    var words: [String] {
        let texts = terms.filter { $0.weight > 0 }.map(\.text) + any.flatMap { $0 } + exact
        return texts.flatMap(Self.words).filter { !Self.saysNothing($0) }.map(QueryParser.string)
    }

    /// Names of the place, as it is called and as it was typed, for photos without coordinates.
    var placeWords: [String] {
        guard let near, let span = spans.first(where: { $0.kind == .near }) else { return [] }
        let typed = Self.words(String(query[range(of: span)])).drop(while: Self.saysNothing)
        let name = QueryParser.string(typed.joined(separator: [0x20]))
        return [near.name, name == near.name ? "" : name].filter { !$0.isEmpty }
    }

    /// As Python's `str.split` parts them.
    private static func words(_ text: String) -> [ArraySlice<UInt32>] {
        CodePoints.of(text).split { QueryParser.isSpace($0) || (0x1C...0x1F).contains($0) }
    }

    private static func saysNothing(_ word: ArraySlice<UInt32>) -> Bool {
        DateVocabulary.functionWords.contains(WordKey(of: word))
    }
}

extension Moment {
    /// On the camera's own clock.
    init(_ clock: WallClock) {
        self = .camera(microseconds: clock.microseconds)
    }
}

extension WallClock {
    private static let epoch = 719_162 * dayLength  // seconds from year 1 to 1970
    private static let second = 1_000_000  // microseconds

    /// Since 1970.
    var microseconds: Int64 { Int64((seconds - Self.epoch) * Self.second) }

    /// What a clock shows so many microseconds after it showed the start of 1970; nil beyond the calendar.
    init?(microseconds: Int64) {
        let (size, time) = (Int64(Self.second), microseconds)
        self.init(seconds: Int(time / size - (time % size < 0 ? 1 : 0)) + Self.epoch)
    }
}
