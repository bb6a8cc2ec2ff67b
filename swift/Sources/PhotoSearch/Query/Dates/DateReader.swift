// Reads the date that begins at a word: single ones, with a preposition, ranges and lists.
//
// As `photosearch/query/dates/read.py`.

/// Times that words ask for, and the place behind the last of these words.
struct WhenFound {
    let end: Int
    let when: WhenWanted
    var note = ""
}

/// Reads dates in a run of words.
struct DateReader {
    let run: Run
    let clock: Clock

    /// The times that the words from a place on ask for; nil if no date begins there.
    func when(_ at: Int) -> WhenFound? {
        bounded(at) ?? range(at) ?? hoursOfDay(at) ?? list(at)
    }

    /// A date and a note on it, whether or not it is certain.
    private func single(_ at: Int, _ lead: WordKey) -> NotedItem? {
        if let numeric = numeric(at) {
            return NotedItem(item: withHours(numeric.item), note: numeric.note)
        }
        return (relative(at) ?? item(at, lead: lead)).map { NotedItem(item: withHours($0)) }
    }

    /// A date, perhaps behind a preposition and an article.
    private func certain(_ at: Int) -> NotedItem? {
        if let plain = single(at, .empty), plain.item.isCertain { return plain }
        let (lead, start) = lead(at)
        guard start > at, !run.next(start).isEmpty, let found = single(start, lead),
            found.item.isCertain
        else { return nil }
        return found
    }

    /// The preposition before a date, or "every"; and the place behind it and an article.
    private func lead(_ at: Int) -> (WordKey, Int) {
        let isLed = DateVocabulary.prepositions.contains(run.key(at))
        let (lead, start) = isLed ? (run.key(at), at + 1) : (.empty, at)
        let article = isLed ? run.next(start) : run.key(start)
        guard DateVocabulary.articles.contains(article) else { return (lead, start) }
        return (isLed ? lead : article == "the" ? .empty : article, start + 1)
    }

    /// since, after, before and until.
    private func bounded(_ at: Int) -> WhenFound? {
        let lead = run.key(at)
        let isFromOn = DateVocabulary.fromOn.contains(lead)
        guard isFromOn || DateVocabulary.upTo.contains(lead), !run.next(at + 1).isEmpty else {
            return nil
        }
        let start = at + (DateVocabulary.articles.contains(run.next(at + 1)) ? 2 : 1)
        if let (hour, end) = hour(start, isLed: true) {
            let hours = isFromOn ? HoursOfDay(hour, 24) : HoursOfDay(0, hour)
            return WhenFound(end: end, when: WhenWanted(hours: [hours]))
        }
        guard let found = single(start, lead), let fixed = found.item.fixed ?? newest(found.item)
        else { return nil }
        let when =
            isFromOn
            ? WhenWanted(since: lead == "after" ? fixed.end : fixed.start)
            : WhenWanted(until: lead == "before" ? fixed.start : fixed.end)
        return WhenFound(end: found.item.end, when: when, note: found.note)
    }

    /// The newest that has begun of those that come again and again.
    private func newest(_ item: DateItem) -> Interval? {
        if let yearly = item.yearly { return yearly.newest(clock.now, isBegun: true) }
        guard let first = item.weekdays.first, item.hours.isEmpty else { return nil }
        let back = (clock.today.weekday - first + 7) % 7
        return .ofDays(clock.today, first: -back, count: item.weekdays.count)
    }

    /// from X to Y, between X and Y, X to Y, 3 to 7 june, june-august.
    private func range(_ at: Int) -> WhenFound? {
        let isBetween = run.key(at) == "between"
        let isLed = isBetween || run.key(at) == "from"
        var start = isLed ? at + 1 : at
        if isLed, DateVocabulary.articles.contains(run.next(start)) { start += 1 }
        if isLed, run.next(start).isEmpty { return nil }
        func isSign(_ key: WordKey) -> Bool {
            DateVocabulary.to.contains(key) || isBetween && DateVocabulary.and.contains(key)
        }
        if let found = days(start, isSign: isSign) ?? hyphenated(start) { return found }
        let lead = isLed ? run.key(at) : .empty
        guard let first = single(start, lead), isSign(run.next(first.item.end)) else { return nil }
        var behind = first.item.end + 1
        if DateVocabulary.articles.contains(run.next(behind)) { behind += 1 }
        guard !run.next(behind).isEmpty, let last = single(behind, isLed ? lead : Self.from),
            isLed || first.item.isCertain || Self.areMonths(first.item, last.item),
            let when = Self.between(first.item, last.item)
        else { return nil }
        let note = first.note.isEmpty ? last.note : first.note
        return WhenFound(end: last.item.end, when: when, note: note)
    }

    private static let from = WordKey("from".utf8)

    /// Whether two words that may mean something else are months beside each other: may to july.
    private static func areMonths(_ first: DateItem, _ last: DateItem) -> Bool {
        first.yearly?.isOfMonths == true && last.yearly?.isOfMonths == true
    }

    /// at 5pm, 17:00, between 5 and 7 pm.
    private func hoursOfDay(_ at: Int) -> WhenFound? {
        hours(at).map { WhenFound(end: $0.end, when: WhenWanted(hours: [$0.hours])) }
    }

    /// One date, or several of a kind with "and" between them.
    private func list(_ at: Int) -> WhenFound? {
        guard let first = certain(at) else { return nil }
        var (item, note) = (first.item, first.note)
        var when = item.when
        while DateVocabulary.and.contains(run.next(item.end)), !run.next(item.end + 1).isEmpty {
            let (lead, start) = lead(item.end + 1)
            guard !run.next(start).isEmpty,
                let following = single(start, lead.isEmpty ? Self.in : lead),
                let both = Self.added(item, following.item, when)
            else { break }
            (item, when) = (following.item, both)
            if note.isEmpty { note = following.note }
        }
        return WhenFound(end: item.end, when: when, note: note)
    }

    private static let `in` = WordKey("in".utf8)

    /// What the dates so far and one more ask for, if they are of one kind.
    private static func added(
        _ item: DateItem, _ following: DateItem, _ when: WhenWanted
    ) -> WhenWanted? {
        if let fixed = following.fixed {
            guard let earlier = item.fixed ?? item.yearly?.of(fixed.start.year),
                earlier.end == fixed.start, item.hours.isEmpty, following.hours.isEmpty
            else { return nil }
            return WhenWanted(since: when.since ?? earlier.start, until: fixed.end)
        }
        guard item.fixed == nil, item.weekdays.isEmpty == following.weekdays.isEmpty else {
            return nil
        }
        if item.yearly != nil || following.yearly != nil, !areAlike(item, following) { return nil }
        return when.joined(following.when)
    }

    /// Whether two parts of a year can be told together.
    private static func areAlike(_ first: DateItem, _ second: DateItem) -> Bool {
        guard let one = first.yearly, let other = second.yearly, first.hours == second.hours else {
            return false
        }
        return one.isOfMonths == other.isOfMonths && one.isFixed && other.isFixed
    }
}
