/// Microseconds since 1970 and calendar dates, on a clock without a time zone.
///
/// By H. Hinnant, "chrono-compatible low-level date algorithms",
/// https://howardhinnant.github.io/date_algorithms.html
enum CivilTime {
    static let second: Int64 = 1_000_000
    static let day: Int64 = 86_400 * second

    /// The start of a day of the proleptic Gregorian calendar.
    static func start(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = Int64(year) - (month <= 2 ? 1 : 0)
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * self.day
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// ISO 8601, as Python's `datetime.isoformat`.
    static func text(_ microseconds: Int64) -> String {
        let rest = ((microseconds % day) + day) % day
        let days = microseconds / day - (microseconds % day < 0 ? 1 : 0) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = [
            padded(year, 4), padded(month, 2), padded(dayOfYear - (153 * shifted + 2) / 5 + 1, 2),
        ]
        return "\(date.joined(separator: "-"))T\(clock(rest))"
    }

    private static func clock(_ microseconds: Int64) -> String {
        let seconds = microseconds / second
        let fraction = microseconds % second
        let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
        let text = parts.joined(separator: ":")
        return fraction == 0 ? text : "\(text).\(padded(fraction, 6))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
