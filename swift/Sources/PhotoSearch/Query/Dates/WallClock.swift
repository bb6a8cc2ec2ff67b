/// What a clock and a calendar on the wall show, in the years 1 to 9999, wherever they hang.
///
/// ```swift
/// let christmas = WallClock(year: 2026, month: 12, day: 24, hour: 18)
/// christmas?.iso  // "2026-12-24T18:00:00"
/// ```
///
/// The Gregorian calendar is used for all years, as ISO 8601 does.
public struct WallClock: Sendable, Hashable, Comparable, CustomStringConvertible {
    static let dayLength = 86_400
    private static let daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
    private static let dayCount = 3_652_059  // of the years 1 to 9999

    /// Since the start of year 1.
    package let seconds: Int

    package init?(seconds: Int) {
        guard (0..<Self.dayCount * Self.dayLength).contains(seconds) else { return nil }
        self.seconds = seconds
    }

    /// - Returns: nil for a day or a time that there is not.
    public init?(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0
    ) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.days(inMonth: month, of: year)).contains(day), (0..<24).contains(hour),
            (0..<60).contains(minute), (0..<60).contains(second)
        else { return nil }
        let leap = month > 2 && Self.isLeap(year) ? 1 : 0
        let days = Self.daysBefore(year) + Self.daysBefore[month - 1] + leap + day - 1
        seconds = days * Self.dayLength + hour * 3600 + minute * 60 + second
    }

    public var year: Int { date.year }
    /// 1...12
    public var month: Int { date.month }
    /// 1...31
    public var day: Int { date.day }
    /// 0...23
    public var hour: Int { seconds % Self.dayLength / 3600 }
    public var minute: Int { seconds / 60 % 60 }
    public var second: Int { seconds % 60 }

    /// ISO 8601 without an offset: `2019-01-01T00:00:00`.
    public var iso: String {
        let clock = [hour, minute, second].map { Self.padded($0, 2) }
        return "\(isoDate)T\(clock.joined(separator: ":"))"
    }

    public var description: String { iso }

    public static func < (left: WallClock, right: WallClock) -> Bool {
        left.seconds < right.seconds
    }

    var isoDate: String {
        let (year, month, day) = date
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    /// 1...7 from Monday.
    var weekday: Int { seconds / Self.dayLength % 7 + 1 }

    var startOfDay: WallClock { WallClock(known: seconds - seconds % Self.dayLength) }

    var startOfHour: WallClock { WallClock(known: seconds - seconds % 3600) }

    /// nil beyond the calendar.
    func adding(days: Int = 0, hours: Int = 0) -> WallClock? {
        WallClock(seconds: seconds + days * Self.dayLength + hours * 3600)
    }

    private init(known seconds: Int) {
        self.seconds = seconds
    }

    private var date: (year: Int, month: Int, day: Int) {
        let days = seconds / Self.dayLength
        var year = days / 366 + 1  // at most this one
        year += (days - Self.daysBefore(year)) / 366
        while Self.daysBefore(year + 1) <= days { year += 1 }
        var rest = days - Self.daysBefore(year)
        for month in 1...12 {
            let count = Self.days(inMonth: month, of: year)
            if rest < count { return (year, month, rest + 1) }
            rest -= count
        }
        return (year, 12, rest + 1)
    }

    private static func daysBefore(_ year: Int) -> Int {
        let past = year - 1
        return past * 365 + past / 4 - past / 100 + past / 400
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        if month == 2 { return isLeap(year) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}

/// A day of every year.
public struct MonthDay: Sendable, Hashable, Comparable, Codable {
    /// 1...12
    public let month: Int
    /// 1...31
    public let day: Int

    public init(_ month: Int, _ day: Int) {
        (self.month, self.day) = (month, day)
    }

    /// `12-24` for Christmas Eve.
    public var text: String { "\(WallClock.padded(month, 2))-\(WallClock.padded(day, 2))" }

    public static func < (left: MonthDay, right: MonthDay) -> Bool {
        (left.month, left.day) < (right.month, right.day)
    }
}
