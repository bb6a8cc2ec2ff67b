// Ranges of dates, as `photosearch/query/dates/spans.py`: june to august, 3-7 may, monday-friday.

extension DateReader {
    /// From the start of one date to the end of another; a year that one lacks is the other's.
    ///
    /// Dates without years are a part of every year, or days of every week. nil if they are of
    /// different kinds, or the wrong way round.
    static func between(_ first: DateItem, _ last: DateItem) -> WhenWanted? {
        guard first.hours.isEmpty, last.hours.isEmpty else { return nil }
        if !first.weekdays.isEmpty || !last.weekdays.isEmpty {
            return daysOfWeek(first.weekdays, last.weekdays)
        }
        if first.fixed == nil, last.fixed == nil { return partOfYear(first.yearly, last.yearly) }
        var (start, end) = (first.fixed, last.fixed)
        if start == nil, let yearly = first.yearly, let end { start = before(yearly, end) }
        if end == nil, let yearly = last.yearly, let start { end = behind(start, yearly) }
        guard let start, let end, start.start < end.end else { return nil }
        return WhenWanted(since: start.start, until: end.end)
    }

    /// The newest that begins before the end of an interval.
    private static func before(_ yearly: Yearly, _ end: Interval) -> Interval? {
        let found = yearly.of(end.start.year)
        guard let found, found.start >= end.end else { return found }
        return yearly.of(end.start.year - 1)
    }

    /// The first that ends after the start of an interval.
    private static func behind(_ start: Interval, _ yearly: Yearly) -> Interval? {
        let found = yearly.of(start.start.year)
        guard let found, found.end <= start.start else { return found }
        return yearly.of(start.start.year + 1)
    }

    private static func partOfYear(_ first: Yearly?, _ last: Yearly?) -> WhenWanted? {
        guard let first, let last, first.isFixed, last.isFixed else { return nil }
        return DateItem(end: 0, yearly: Yearly(first.first, last.last)).when
    }

    private static func daysOfWeek(_ first: [Int], _ last: [Int]) -> WhenWanted? {
        guard first.count == 1, last.count == 1 else { return nil }
        let count = (last[0] - first[0] + 7) % 7 + 1
        return WhenWanted(weekdays: (0..<count).map { (first[0] + $0 - 1) % 7 + 1 }.sorted())
    }

    /// 3 to 7 june 2021, 3-7 june, june 3 to 7 2021: the place behind it, and the times.
    func days(_ at: Int, isSign: (WordKey) -> Bool) -> WhenFound? {
        var month = DateVocabulary.months[run.key(at)]
        guard let (first, last, end) = twoDays(month == nil ? at : at + 1, isSign) else {
            return nil
        }
        var behind = end
        if month == nil { (month, behind) = (DateVocabulary.months[run.next(end)], end + 1) }
        guard let month, first <= last else { return nil }
        let (year, endOfYear) = yearBehind(behind)
        guard let year else {
            let days = DaysOfYear(first: MonthDay(month, first), last: MonthDay(month, last))
            return Self.isDay(month, last)
                ? WhenFound(end: behind, when: WhenWanted(days: [days])) : nil
        }
        guard let start = Interval.ofDay(year, month, first),
            let stop = Interval.ofDay(year, month, last)
        else { return nil }
        return WhenFound(end: endOfYear, when: WhenWanted(since: start.start, until: stop.end))
    }

    /// Two numbers of days, and the place behind them.
    private func twoDays(_ at: Int, _ isSign: (WordKey) -> Bool) -> (Int, Int, Int)? {
        if let (head, tail) = run.key(at).parted(at: "-") {
            guard let first = Self.dayNumber(head), let last = Self.dayNumber(tail) else {
                return nil
            }
            return (first, last, at + 1)
        }
        guard let first = Self.dayNumber(run.key(at)), isSign(run.next(at + 1)),
            let last = Self.dayNumber(run.next(at + 2))
        else { return nil }
        return (first, last, at + 3)
    }

    /// june-august 2020, may-july, monday-friday: the place behind it, and the times.
    func hyphenated(_ at: Int) -> WhenFound? {
        guard let (head, tail) = run.key(at).parted(at: "-") else { return nil }
        if let first = DateVocabulary.weekdays[head], let last = DateVocabulary.weekdays[tail] {
            return Self.daysOfWeek([first], [last]).map { WhenFound(end: at + 1, when: $0) }
        }
        guard let first = DateVocabulary.months[head], let last = DateVocabulary.months[tail] else {
            return nil
        }
        let (year, end) = yearBehind(at + 1)
        let yearly = Yearly.months(last, last)
        let fixed = year.flatMap(yearly.of)
        return Self.between(
            DateItem(end: 0, yearly: .months(first, first)),
            DateItem(end: 0, fixed: fixed, yearly: fixed == nil ? yearly : nil)
        ).map { WhenFound(end: end, when: $0) }
    }
}
