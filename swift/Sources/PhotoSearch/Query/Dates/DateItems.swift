// Single dates, as `photosearch/query/dates/items.py`: days, years and decades.

/// A date that stands in a query, and the place behind its last word.
struct DateItem {
    var end: Int
    var fixed: Interval?
    var yearly: Yearly?
    var weekdays: [Int] = []
    var hours: [HoursOfDay] = []
    /// False for a word that may mean something else.
    var isCertain = true

    /// The times that it means: every one, if it names no year.
    var when: WhenWanted {
        var (months, days, weekdays): ([Int], [DaysOfYear], [Int]) = ([], [], weekdays)
        if let yearly, yearly.isOfMonths {
            (months, weekdays) = (yearly.months, [])
        } else if let yearly {
            days = [DaysOfYear(first: yearly.first, last: yearly.last)]
            weekdays = yearly.weekdays
        }
        return WhenWanted(
            since: fixed?.start, until: fixed?.end, months: months, days: days, weekdays: weekdays,
            hours: hours)
    }

    static func fixed(_ end: Int, _ interval: Interval?) -> DateItem? {
        interval.map { DateItem(end: end, fixed: $0) }
    }
}

extension DateReader {
    /// The date that begins at a place; `lead` is the preposition or the like before it, or empty.
    ///
    /// The longest comes first: a day before a month, a month before a year.
    func item(_ at: Int, lead: WordKey) -> DateItem? {
        day(at) ?? month(at, lead) ?? feast(at) ?? season(at, lead) ?? decade(at, lead)
            ?? year(at, lead) ?? weekday(at, lead) ?? daypart(at, lead)
    }

    // MARK: Days

    /// 3 may 2020, the 3rd of may, may 3rd, may 3, 2020; without a year that of every one.
    private func day(_ at: Int) -> DateItem? {
        guard let (month, day, behind) = dayBeforeMonth(at) ?? dayBehindMonth(at) else {
            return nil
        }
        let (year, end) = yearBehind(behind)
        if let year { return .fixed(end, .ofDay(year, month, day)) }
        guard !DateVocabulary.counted.contains(run.next(behind)), Self.isDay(month, day) else {
            return nil
        }
        return DateItem(end: behind, yearly: Yearly(MonthDay(month, day), MonthDay(month, day)))
    }

    private func dayBeforeMonth(_ at: Int) -> (Int, Int, Int)? {
        guard let day = Self.dayNumber(run.key(at)) else { return nil }
        let behind = at + (run.next(at + 1) == "of" ? 2 : 1)
        return DateVocabulary.months[run.next(behind)].map { ($0, day, behind + 1) }
    }

    private func dayBehindMonth(_ at: Int) -> (Int, Int, Int)? {
        guard let month = DateVocabulary.months[run.key(at)] else { return nil }
        let behind = at + (run.next(at + 1) == "the" ? 2 : 1)
        return Self.dayNumber(run.next(behind)).map { (month, $0, behind + 1) }
    }

    /// Whether some year has that day.
    static func isDay(_ month: Int, _ day: Int) -> Bool {
        Interval.ofDay(2000, month, day) != nil
    }

    /// 1 to 31, with or without "st", "nd", "rd" or "th".
    static func dayNumber(_ key: WordKey) -> Int? {
        let digits = key.bytes.prefix(while: WordKey.isDigit)
        let end = WordKey(key.bytes[digits.endIndex...])
        guard (1...2).contains(digits.count), let day = WordKey(digits).number,
            (1...Yearly.lastDay).contains(day),
            end.isEmpty || end == "st" || end == "nd" || end == "rd" || end == "th"
        else { return nil }
        return day
    }

    // MARK: Years

    /// A number of four digits that may be a year; none that counts something.
    func yearNumber(_ at: Int) -> Int? {
        let key = run.key(at)
        guard key.bytes.count == 4, let year = key.number, (1800...2199).contains(year),
            !DateVocabulary.counted.contains(run.next(at + 1)),
            !DateVocabulary.about.contains(run.key(at - 1))
        else { return nil }
        return year
    }

    /// The year of a date that ends at a place, "2020", ", 2020" or "of 2020"; and its end.
    func yearBehind(_ at: Int) -> (Int?, Int) {
        if let year = yearNumber(at) { return (year, at + 1) }
        if run.next(at) == "of" || run.next(at) == "in", let year = yearNumber(at + 1) {
            return (year, at + 2)
        }
        return (nil, at)
    }

    private func year(_ at: Int, _ lead: WordKey) -> DateItem? {
        guard let year = yearNumber(at), let fixed = Interval.ofYear(year) else { return nil }
        let isCertain =
            DateVocabulary.certainLeads.contains(lead) || DateVocabulary.plainYears.contains(year)
        return DateItem(end: at + 1, fixed: fixed, isCertain: isCertain)
    }

    /// in the 90s, the nineties, 1990s; "80s party" is none. The newest that has begun is meant.
    private func decade(_ at: Int, _ lead: WordKey) -> DateItem? {
        if let start = Self.wholeDecade(run.key(at)) { return tenYears(at, start, isCertain: true) }
        guard let tens = DateVocabulary.decades[run.key(at)] else { return nil }
        let century = clock.now.year / 100 * 100
        let start = century + tens <= clock.now.year ? century + tens : century - 100 + tens
        let isLed = DateVocabulary.certainLeads.contains(lead) || run.key(at - 1) == "the"
        return tenYears(at, start, isCertain: isLed)
    }

    /// 1990 of "1990s".
    private static func wholeDecade(_ key: WordKey) -> Int? {
        guard key.bytes.count == 5, key.bytes[4] == UInt8(ascii: "s"),
            let year = WordKey(key.bytes.prefix(4)).number, year % 10 == 0,
            (1000...2099).contains(year)
        else { return nil }
        return year
    }

    private func tenYears(_ at: Int, _ start: Int, isCertain: Bool) -> DateItem? {
        Interval.ofYears(start, count: 10).map {
            DateItem(end: at + 1, fixed: $0, isCertain: isCertain)
        }
    }
}
