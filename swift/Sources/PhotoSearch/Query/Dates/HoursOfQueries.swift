// Hours of the day, as `photosearch/query/dates/numeric.py`: at 5pm, between 5 and 7 pm, 17:30.

extension DateReader {
    /// The hour of a time, 0 to 23, and the place behind it: 5pm, 5 pm, at 17:30.
    func hour(_ at: Int, isLed: Bool) -> (hour: Int, end: Int)? {
        guard let found = Self.clockTime(run.key(at)) else { return nil }
        var (half, end) = (found.half, at + 1)
        if half == nil, let next = Self.half(run.next(at + 1)) { (half, end) = (next, at + 2) }
        if let half {
            guard (1...12).contains(found.hour) else { return nil }
            return (found.hour % 12 + half, end)
        }
        return isLed && found.hasMinutes && found.hour < 24 ? (found.hour, end) : nil
    }

    /// The hours to add.
    private static func half(_ key: WordKey) -> Int? {
        key == "am" ? 0 : key == "pm" ? 12 : nil
    }

    /// "5", "5pm", "17:30", "5.30am".
    private static func clockTime(
        _ key: WordKey
    ) -> (hour: Int, hasMinutes: Bool, half: Int?)? {
        guard key.bytes.count <= 7 else { return nil }
        let digits = key.bytes.prefix(while: WordKey.isDigit)
        guard (1...2).contains(digits.count), let hour = WordKey(digits).number else { return nil }
        var rest = key.bytes[digits.endIndex...]
        var hasMinutes = false
        if let sign = rest.first, sign == UInt8(ascii: ":") || sign == UInt8(ascii: ".") {
            let minutes = rest.dropFirst().prefix(while: WordKey.isDigit)
            guard minutes.count == 2, minutes[minutes.startIndex] < UInt8(ascii: "6") else {
                return nil
            }
            hasMinutes = true
            rest = rest[minutes.endIndex...]
        }
        if rest.isEmpty { return (hour, hasMinutes, nil) }
        return half(WordKey(rest)).map { (hour, hasMinutes, $0) }
    }

    /// Hours of the day, and the place behind them: at 5pm, from 9 to 11 am, between 5 and 7 pm.
    func hours(_ at: Int) -> (hours: HoursOfDay, end: Int)? {
        let isLed = DateVocabulary.hourLeads.contains(run.key(at))
        let start = isLed ? at + 1 : at
        if isLed, run.next(start).isEmpty { return nil }
        let first = hour(start, isLed: isLed)
        let lead = isLed ? run.key(at) : .empty
        if let last = lastHour(first?.end ?? start + 1, lead) {
            if let first { return (HoursOfDay(first.hour, last.hour), last.end) }
            if let hour = bareHour(run.key(start), before: last.hour) {
                return (HoursOfDay(hour, last.hour), last.end)
            }
        }
        return first.map { (HoursOfDay($0.hour, $0.hour + 1), $0.end) }
    }

    /// The "5" of "5 to 7 pm".
    private func bareHour(_ key: WordKey, before last: Int) -> Int? {
        guard key.bytes.count <= 2, let bare = key.number, (1...12).contains(bare) else {
            return nil
        }
        let hour = bare % 12 + (last > 12 ? 12 : 0)
        return hour < last ? hour : hour % 12
    }

    /// The second hour of a range.
    private func lastHour(_ at: Int, _ lead: WordKey) -> (hour: Int, end: Int)? {
        let sign = run.next(at)
        let isSign =
            sign == "to" || sign == "-" || sign == "until" || sign == "till"
            || lead == "between" && sign == "and"
        return isSign && !run.next(at + 1).isEmpty ? hour(at + 1, isLed: true) : nil
    }
}
