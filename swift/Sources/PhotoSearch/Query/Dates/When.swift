/// The times that a query asks for, on the camera's own clock; all that is set must hold.
///
/// ```swift
/// let reading = try QueryReading(reading: "mondays in june", now: now, zone: "Europe/Berlin")
/// reading.when?.months    // [6]
/// reading.when?.weekdays  // [1]
/// ```
public struct WhenWanted: Sendable, Hashable {
    /// Taken at or after.
    public let since: WallClock?
    /// Taken before.
    public let until: WallClock?
    /// 1...12, any of them.
    public let months: [Int]
    /// In any of them.
    public let days: [DaysOfYear]
    /// 1...7 from Monday, any of them.
    public let weekdays: [Int]
    /// In any of them.
    public let hours: [HoursOfDay]

    init(
        since: WallClock? = nil, until: WallClock? = nil, months: [Int] = [],
        days: [DaysOfYear] = [], weekdays: [Int] = [], hours: [HoursOfDay] = []
    ) {
        (self.since, self.until) = (since, until)
        (self.months, self.days, self.weekdays, self.hours) = (months, days, weekdays, hours)
    }

    init(_ interval: Interval) {
        self.init(since: interval.start, until: interval.end)
    }

    /// What both ask for; nil if no time is in both periods.
    ///
    /// Parts of every year, week or day are added up: "mondays … fridays" are both.
    func joined(_ other: WhenWanted) -> WhenWanted? {
        let since = [since, other.since].compactMap { $0 }.max()
        let until = [until, other.until].compactMap { $0 }.min()
        if let since, let until, since >= until { return nil }
        return WhenWanted(
            since: since, until: until,
            months: Set(months + other.months).sorted(), days: Self.once(days + other.days),
            weekdays: Set(weekdays + other.weekdays).sorted(),
            hours: Self.once(hours + other.hours))
    }

    /// Each once, where it first stands.
    private static func once<Element: Hashable>(_ elements: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return elements.filter { seen.insert($0).inserted }
    }
}

/// Days of every year, from one to another; the first may be the later one of a year.
public struct DaysOfYear: Sendable, Hashable, Codable {
    public let first: MonthDay
    /// Included.
    public let last: MonthDay

    public init(first: MonthDay, last: MonthDay) {
        (self.first, self.last) = (first, last)
    }
}

/// Hours of every day; across midnight where the first is the greater.
public struct HoursOfDay: Sendable, Hashable, Codable {
    /// 0...23
    public let from: Int
    /// 0...24, excluded.
    public let to: Int

    public init(_ from: Int, _ to: Int) {
        (self.from, self.to) = (from, to)
    }

    /// The part of the day of a name.
    static func part(_ name: WordKey) -> HoursOfDay? { parts[name] }

    private static let parts = DateVocabulary.dayparts.compactMapValues { text in
        text.parted(at: "-").flatMap { head, tail in
            head.number.flatMap { from in tail.number.map { HoursOfDay(from, $0) } }
        }
    }
}
