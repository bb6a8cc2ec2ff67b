// Dates that are told from now, as `photosearch/query/dates/relative.py`.
//
// today, last summer, two weeks ago, this morning

extension DateReader {
    /// The date that begins at a place, if it is told from now.
    func relative(_ at: Int) -> DateItem? {
        namedDay(at) ?? last(at) ?? this(at) ?? lastMany(at) ?? ago(at)
    }

    private static let dayBefore = WordKey.words("day before yesterday")

    /// today, yesterday evening, the day before yesterday, tonight.
    private func namedDay(_ at: Int) -> DateItem? {
        let key = run.key(at)
        if key == "tonight" { return .fixed(at + 1, clock.night(clock.today)) }
        if key == "the", !run.next(at + 1).isEmpty, run.reads(Self.dayBefore, at: at + 1) {
            return .fixed(at + 4, .ofDays(clock.today, first: -2, count: 1))
        }
        if run.reads(Self.dayBefore, at: at) {
            return .fixed(at + 3, .ofDays(clock.today, first: -2, count: 1))
        }
        guard let back = DateVocabulary.namedDays[key] else { return nil }
        let day = Interval.ofDays(clock.today, first: back, count: 1)
        if let day, let part = HoursOfDay.part(run.next(at + 1)) {
            return .fixed(at + 2, clock.part(part, of: day.start))
        }
        return .fixed(at + 1, day)
    }

    /// last night, last week, last june, last summer, last monday, last christmas.
    private func last(_ at: Int) -> DateItem? {
        guard DateVocabulary.last.contains(run.key(at)) else { return nil }
        let name = run.next(at + 1).singular
        let isWhole = DateVocabulary.wholeUnits.contains(name)
        if run.key(at) == "past" {  // "a walk past night clubs"
            return isWhole ? .fixed(at + 2, clock.unit(name, before: 1)) : nil
        }
        if let (yearly, end) = yearly(at + 1) { return .fixed(end, yearly.newest(clock.now)) }
        if let weekday = DateVocabulary.weekdays[name] {
            let back = (clock.today.weekday - weekday + 7) % 7
            return .fixed(at + 2, .ofDays(clock.today, first: back == 0 ? -7 : -back, count: 1))
        }
        if isWhole || name == "night" { return .fixed(at + 2, clock.unit(name, before: 1)) }
        return HoursOfDay.part(name).flatMap { .fixed(at + 2, clock.newest($0)) }
    }

    /// A month, a season or a feast, and the place behind it.
    private func yearly(_ at: Int) -> (Yearly, Int)? {
        let name = run.next(at)
        if let month = DateVocabulary.months[name] { return (.months(month, month), at + 1) }
        if DateVocabulary.seasons[name] != nil {
            return Yearly.season(name, isSouthern: clock.isSouthern).map { ($0, at + 1) }
        }
        return Self.feasts[name].first { run.reads($0.words, at: at) }
            .map { ($0.value, at + $0.words.count) }
    }

    /// this morning, this week, this weekend, this june, this summer, this monday.
    private func this(_ at: Int) -> DateItem? {
        guard run.key(at) == "this" else { return nil }
        let name = run.next(at + 1)
        if let part = HoursOfDay.part(name) {
            let isNight = name == "night"
            return .fixed(
                at + 2, isNight ? clock.night(clock.today) : clock.part(part, of: clock.today))
        }
        if let (yearly, end) = yearly(at + 1) {
            let isDoubtful =  // "this may be a dog"
                DateVocabulary.doubtfulMonths.contains(name)
                || DateVocabulary.doubtfulSeasons.contains(name)
            if !isDoubtful || ends(end) { return .fixed(end, yearly.of(clock.now.year)) }
        }
        if let weekday = DateVocabulary.weekdays[name] {
            let week = Interval.ofWeek(clock.today)
            return .fixed(
                at + 2, week.flatMap { .ofDays($0.start, first: weekday - 1, count: 1) })
        }
        guard DateVocabulary.wholeUnits.contains(name) else { return nil }
        return .fixed(at + 2, clock.unit(name, before: 0))
    }

    /// the last three days, the past two weeks: up to the end of today.
    private func lastMany(_ at: Int) -> DateItem? {
        guard DateVocabulary.last.contains(run.key(at)),
            let count = Self.count(run.next(at + 1)),
            let unit = DateVocabulary.units[run.next(at + 2)], unit != "weekend", unit != "hour",
            let start = clock.back(unit, count)
        else { return nil }
        return .fixed(at + 3, Interval(start, clock.today.adding(days: 1)))
    }

    /// A count in digits or as a word; none of 0 or beyond what a person would count.
    static func count(_ key: WordKey) -> Int? {
        let digits = key.bytes.count <= 3 ? key.number : nil
        guard let count = digits ?? DateVocabulary.counts[key],
            (1...DateVocabulary.mostUnits).contains(count)
        else { return nil }
        return count
    }

    private static let couple = WordKey.words("a couple")

    /// A number, or "a couple of"; and the place behind it.
    private func countBefore(_ at: Int) -> (Int?, Int) {
        if run.reads(Self.couple, at: at) { return (2, run.next(at + 2) == "of" ? at + 3 : at + 2) }
        return (Self.count(run.key(at)), at + 1)
    }

    /// three days ago, a year ago, a couple of weeks ago, two summers ago.
    private func ago(_ at: Int) -> DateItem? {
        let (number, behind) = countBefore(at)
        guard let count = number, run.next(behind + 1) == "ago" else { return nil }
        let name = run.next(behind)
        if let unit = DateVocabulary.units[name] {
            return .fixed(behind + 2, clock.unit(unit, before: count))
        }
        guard DateVocabulary.seasons[name] != nil,
            let yearly = Yearly.season(name, isSouthern: clock.isSouthern),
            let newest = yearly.newest(clock.now)
        else { return nil }
        return .fixed(behind + 2, yearly.of(newest.start.year - count + 1))
    }

    /// The item with a part of the day behind it: "3 may evening", "summer nights".
    func withHours(_ item: DateItem) -> DateItem {
        let end = item.end + 1
        guard item.hours.isEmpty, let part = HoursOfDay.part(run.next(item.end).singular),
            ends(end)
        else { return item }
        var found = item
        if let fixed = item.fixed, fixed.start.adding(days: 1) == fixed.end {
            guard let hours = clock.part(part, of: fixed.start) else { return item }
            (found.end, found.fixed) = (end, hours)
        } else {
            (found.end, found.hours) = (end, [part])
        }
        return found
    }
}
