import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The words after --since, --until, --near, --under, --camera, --favourites and --media, read into
/// a `Filter`.
enum FilterWords {
    private static let forms = "2024, 2024-05, 2024-05-01 or 2024-05-01T18:30"

    static let options: Set = ["since", "until", "near", "under", "camera", "media"]
    static let switches: Set = ["favourites"]

    /// What `options` and `switches` were given.
    static func filter(_ parsed: Parsed) throws -> Filter {
        var filter = Filter(
            camera: parsed["camera"], favourites: parsed.switches.contains("favourites"),
            media: Set(try (parsed.options["media"] ?? []).map(media)))
        if let text = parsed["since"] {
            filter.since = .camera(microseconds: try period(text, "--since").start)
        }
        if let text = parsed["until"] {
            filter.until = .camera(microseconds: try period(text, "--until").end)
        }
        filter.near = try parsed["near"].map(near)
        filter.under = (parsed.options["under"] ?? []).map { folder in
            PhotoSource(URL(fileURLWithPath: folder).standardizedFileURL.path)
        }
        return filter
    }

    /// One kind of media, in any case.
    static func media(_ text: String) throws -> MediaFilter {
        guard let kind = MediaFilter(rawValue: text.lowercased()) else {
            let names = MediaFilter.allCases.map(\.rawValue).joined(separator: ", ")
            throw PhotoSearchError(.usage, "--media: got '\(text)', expected one of \(names)")
        }
        return kind
    }

    /// The start of a year, month, day, minute or second, and the start of the next one.
    static func period(_ text: String, _ option: String) throws -> (start: Int64, end: Int64) {
        func bad() -> PhotoSearchError {
            PhotoSearchError(.usage, "\(option): got '\(text)', expected \(forms)")
        }
        guard let parts = numbers(text), (1...6).contains(parts.count), parts.count != 4 else {
            throw bad()
        }
        let (year, month) = (parts[0], parts.count > 1 ? parts[1] : 1)
        let day = parts.count > 2 ? parts[2] : 1
        guard year >= 1, (1...12).contains(month),
            (1...CivilTime.days(inMonth: month, of: year)).contains(day)
        else { throw bad() }
        let start = CivilTime.start(year: year, month: month, day: day)
        switch parts.count {
        case 1: return (start, CivilTime.start(year: year + 1, month: 1, day: 1))
        case 2:
            let next = month == 12 ? (year + 1, 1) : (year, month + 1)
            return (start, CivilTime.start(year: next.0, month: next.1, day: 1))
        case 3: return (start, start + CivilTime.day)
        default:
            let clock = parts[3...] + [0]
            guard zip(clock, [24, 60, 60]).allSatisfy({ $0 < $1 }) else { throw bad() }
            let seconds = zip(clock, [3600, 60, 1]).map { $0 * $1 }.reduce(0, +)
            let moment = start + Int64(seconds) * CivilTime.second
            return (moment, moment + (parts.count == 5 ? 60 : 1) * CivilTime.second)
        }
    }

    /// The numbers of YYYY[-MM[-DD[(T| )hh:mm[:ss]]]], or nil for another form.
    private static func numbers(_ text: String) -> [Int]? {
        let pattern = Array("0000-00-00T00:00:00".utf8)
        let trimmed = text.utf8.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()
        guard [4, 7, 10, 16, 19].contains(trimmed.count) else { return nil }
        var numbers = [0]
        for (byte, wanted) in zip(trimmed, pattern) {
            let isDigit = (0x30...0x39).contains(byte)
            let isGap = byte == wanted || wanted == UInt8(ascii: "T") && byte == 0x20
            guard wanted == UInt8(ascii: "0") ? isDigit : isGap else { return nil }
            if isDigit {
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - 0x30)
            } else {
                numbers.append(0)
            }
        }
        return numbers
    }

    /// `LAT,LON,KM`: degrees north, degrees east, kilometres.
    static func near(_ text: String) throws -> Near {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            Double(part.filter { $0 != " " })
        }
        guard numbers.count == 3, let latitude = numbers[0], let longitude = numbers[1],
            let radius = numbers[2]
        else {
            throw PhotoSearchError(
                .usage,
                """
                --near: got '\(text)', expected LAT,LON,KM, for example 52.52,13.40,25 (degrees, \
                degrees, kilometres)
                """)
        }
        return Near(latitude: latitude, longitude: longitude, radius: 1000 * radius)
    }
}

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
