// Dates in figures, as `photosearch/query/dates/numeric.py`: 2020-05-03, 12/25/2021, 5/2020, 5pm.

/// A date, and what a person should know of how it was read.
struct NotedItem {
    let item: DateItem
    var note = ""
}

/// "12/25/2021" as numbers, each with its count of digits, and the signs between them.
private struct Figures {
    private(set) var numbers: [(value: Int, count: Int)] = []
    private(set) var signs: [UInt8] = []

    /// nil if anything but digits stands between signs, or there are too many.
    init?(_ key: WordKey) {
        guard (4...10).contains(key.bytes.count) else { return nil }
        var (value, count) = (0, 0)
        for byte in key.bytes {
            if WordKey.isDigit(byte) {
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
                count += 1
            } else {
                guard count > 0, signs.count < 2, Self.isSign(byte) else { return nil }
                signs.append(byte)
                numbers.append((value, count))
                (value, count) = (0, 0)
            }
        }
        guard count > 0, !signs.isEmpty, signs[0] == signs[signs.count - 1] else { return nil }
        numbers.append((value, count))
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
    }

    /// Whether a number is a year of the years 1000 to 2999.
    func isYear(_ place: Int) -> Bool {
        numbers[place].count == 4 && (1000...2999).contains(numbers[place].value)
    }

    func isShort(_ place: Int) -> Bool { numbers[place].count <= 2 }
}

extension DateReader {
    /// The date in figures at a place.
    func numeric(_ at: Int) -> NotedItem? {
        let key = run.key(at)
        guard key.bytes.last.map(WordKey.isDigit) == true, let found = Figures(key) else {
            return nil
        }
        let numbers = found.numbers.map(\.value)
        if found.isYear(0), numbers.indices.dropFirst().allSatisfy(found.isShort) {
            let (year, month) = (numbers[0], numbers[1])
            return noted(
                at, numbers.count == 3 ? .ofDay(year, month, numbers[2]) : .ofMonth(year, month))
        }
        let isHyphen = found.signs[0] == UInt8(ascii: "-")
        if numbers.count == 2, isHyphen, found.numbers.allSatisfy({ $0.count == 4 }) {
            return noted(at, years(numbers[0], numbers[1]))
        }
        guard found.isShort(0) else { return nil }
        if numbers.count == 2 {
            return isHyphen || !found.isYear(1) ? nil : noted(at, .ofMonth(numbers[1], numbers[0]))
        }
        guard found.isShort(1), found.isYear(2) || found.numbers[2].count == 2 else { return nil }
        let year = found.isYear(2) ? numbers[2] : century(numbers[2])
        return yearLast(at, numbers, year, isDotted: found.signs[0] == UInt8(ascii: "."))
    }

    private func noted(_ at: Int, _ fixed: Interval?) -> NotedItem? {
        DateItem.fixed(at + 1, fixed).map { NotedItem(item: $0) }
    }

    /// 2015-2018, of the years 1900 to 2099.
    private func years(_ first: Int, _ last: Int) -> Interval? {
        guard (1900...2099).contains(first), (1900...2099).contains(last), first <= last else {
            return nil
        }
        return .ofYears(first, count: last - first + 1)
    }

    /// 21 is 2021; what lies beyond next year is of the century before.
    private func century(_ digits: Int) -> Int {
        let year = clock.now.year / 100 * 100 + digits
        return year <= clock.now.year + 1 ? year : year - 100
    }

    private func yearLast(_ at: Int, _ numbers: [Int], _ year: Int, isDotted: Bool) -> NotedItem? {
        let dayFirst = Interval.ofDay(year, numbers[1], numbers[0])
        let monthFirst = Interval.ofDay(year, numbers[0], numbers[1])
        guard !isDotted, let dayFirst, let monthFirst, numbers[0] != numbers[1] else {
            return noted(at, dayFirst ?? monthFirst)
        }
        let isMonthFirst = clock.isMonthFirst
        let found = isMonthFirst ? monthFirst : dayFirst
        let note = QueryVocabulary.ambiguous.filled(
            String(decoding: run.key(at).bytes, as: UTF8.self), isMonthFirst ? "month" : "day",
            found.start.isoDate)
        return NotedItem(item: DateItem(end: at + 1, fixed: found), note: note)
    }
}

extension String {
    /// With texts in the places of "{}".
    func filled(_ texts: String...) -> String {
        var rest = self[...]
        var filled = ""
        for text in texts {
            guard let at = rest.utf8.firstIndex(of: UInt8(ascii: "{")) else { break }
            filled += rest[..<at] + text
            rest = rest[rest.utf8.index(at, offsetBy: 2)...]
        }
        return filled + rest
    }
}
