// The calendar of a query: intervals of local time, days that come every year, and now.
//
// As `photosearch/query/dates/calendar.py`: what lies outside the years 1 to 9999 is nil.

/// Now, and the habits of the place where it is asked.
struct Clock {
    let now: WallClock
    let today: WallClock
    let zone: String
    let library: LibraryFacts?

    init(now: WallClock, zone: String, library: LibraryFacts?) {
        (self.now, self.zone, self.library) = (now, zone, library)
        today = now.startOfDay
    }

    /// 3/4/2021 is the 4th of March.
    var isMonthFirst: Bool { ZoneHabits.isMonthFirst(zone) }

    /// Whether summer is December to February.
    var isSouthern: Bool {
        if let library, !library.cells.isEmpty { return library.isSouthern }
        return ZoneHabits.isSouthern(zone)
    }
}

/// From a time on, up to another one.
struct Interval: Equatable {
    let start: WallClock
    let end: WallClock  // exclusive

    /// nil if either is beyond the calendar.
    init?(_ start: WallClock?, _ end: WallClock?) {
        guard let start, let end else { return nil }
        (self.start, self.end) = (start, end)
    }

    init(from start: WallClock, to end: WallClock) {
        (self.start, self.end) = (start, end)
    }

    func isOver(_ now: WallClock) -> Bool { end <= now }

    static func ofYear(_ year: Int) -> Interval? {
        ofYears(year, count: 1)
    }

    static func ofYears(_ year: Int, count: Int) -> Interval? {
        Interval(
            WallClock(year: year, month: 1, day: 1),
            WallClock(year: year + count, month: 1, day: 1))
    }

    static func ofMonth(_ year: Int, _ month: Int) -> Interval? {
        guard (1...12).contains(month) else { return nil }
        return Interval(
            WallClock(year: year, month: month, day: 1),
            WallClock(year: year + month / 12, month: month % 12 + 1, day: 1))
    }

    /// nil if there is no day of that number.
    static func ofDay(_ year: Int, _ month: Int, _ day: Int) -> Interval? {
        WallClock(year: year, month: month, day: day).flatMap { ofDays($0, first: 0, count: 1) }
    }

    /// So many days from the one that lies `first` days behind a day.
    static func ofDays(_ day: WallClock, first: Int, count: Int) -> Interval? {
        Interval(day.adding(days: first), day.adding(days: first + count))
    }

    /// The week of a day, from Monday on, or one that lies so many weeks behind it.
    static func ofWeek(_ day: WallClock, weeks: Int = 0) -> Interval? {
        ofDays(day, first: 7 * weeks - (day.weekday - 1), count: 7)
    }
}

/// A part of every year: a season, a month, a day, or a feast that moves.
///
/// One that begins later in the year than it ends, such as winter, bears the year in which it
/// begins.
struct Yearly: Equatable {
    static let lastDay = 31  // of a month, however long it is

    let first: MonthDay
    let last: MonthDay  // included
    /// First and last day, counted from Easter Sunday.
    let easter: ClosedRange<Int>?
    /// The only one, 1...7 from Monday, of these days.
    let weekday: Int?

    init(_ first: MonthDay, _ last: MonthDay, easter: (Int, Int)? = nil, weekday: Int? = nil) {
        (self.first, self.last, self.weekday) = (first, last, weekday)
        self.easter = easter.map { $0.0...$0.1 }
    }

    /// Whole months.
    static func months(_ first: Int, _ last: Int) -> Yearly {
        Yearly(MonthDay(first, 1), MonthDay(last, lastDay))
    }

    /// A meteorological season: three whole months, half a year later in the south.
    static func season(_ name: WordKey, isSouthern: Bool) -> Yearly? {
        DateVocabulary.seasons[name].map { north in
            let start = (north + (isSouthern ? 6 : 0) - 1) % 12 + 1
            return months(start, (start + 1) % 12 + 1)
        }
    }

    /// Whether it is made of whole months.
    var isOfMonths: Bool { first.day == 1 && last.day == Self.lastDay }

    /// Whether it is on the same days of every year.
    var isFixed: Bool { easter == nil && weekday == nil }

    /// The days of the week of a feast that moves; it is in the same weeks of every year.
    var weekdays: [Int] {
        guard let easter else { return weekday.map { [$0] } ?? [] }
        return easter.map { ($0 + 6) % 7 + 1 }.sorted()
    }

    /// The months that it is made of, ascending.
    var months: [Int] {
        let count = (last.month - first.month + 12) % 12 + 1
        return (0..<count).map { (first.month + $0 - 1) % 12 + 1 }.sorted()
    }

    /// That of one year.
    func of(_ year: Int) -> Interval? {
        if let easter {
            return Self.easterSunday(year).flatMap {
                .ofDays($0, first: easter.lowerBound, count: easter.count)
            }
        }
        let behind = last < first ? year + 1 : year
        let end =
            last.day == Self.lastDay
            ? Interval.ofMonth(behind, last.month) : .ofDay(behind, last.month, last.day)
        guard let start = Interval.ofDay(year, first.month, first.day), let end else { return nil }
        guard let weekday else { return Interval(from: start.start, to: end.end) }
        return .ofDays(start.start, first: (weekday - start.start.weekday + 7) % 7, count: 1)
    }

    /// The newest that is wholly over; with `isBegun`, the newest that has begun.
    func newest(_ now: WallClock, isBegun: Bool = false) -> Interval? {
        for back in 0..<9 {  // a 29th of February is up to 8 years off
            if let found = of(now.year - back), isBegun ? found.start <= now : found.isOver(now) {
                return found
            }
        }
        return nil
    }

    /// Easter Sunday of the Gregorian calendar (Anonymous, Nature 13, 1876, p. 487).
    private static func easterSunday(_ year: Int) -> WallClock? {
        guard year > 0 else { return nil }
        let (a, b, c) = (year % 19, year / 100, year % 100)
        let (d, e) = (b / 4, b % 4)
        let g = (8 * b + 13) / 25
        let h = (19 * a + b - d - g + 15) % 30
        let (i, k) = (c / 4, c % 4)
        let j = (32 + 2 * e + 2 * i - h - k) % 7
        let m = (a + 11 * h + 22 * j) / 451
        let march = h + j - 7 * m + 114
        return WallClock(year: year, month: march / 31, day: march % 31 + 1)
    }
}
