// What lies so many units before now, as `photosearch/query/dates/relative.py`.

extension Clock {
    /// A part of one day; a night ends on the next.
    func part(_ part: HoursOfDay, of day: WallClock) -> Interval? {
        let last = part.to < part.from ? part.to + 24 : part.to
        return Interval(day.adding(hours: part.from), day.adding(hours: last))
    }

    /// The night that begins on a day, as "last night" means it.
    func night(_ day: WallClock) -> Interval? {
        Interval(
            day.adding(hours: DateVocabulary.nightFrom),
            day.adding(hours: 24 + DateVocabulary.nightTo))
    }

    /// The newest morning, afternoon or evening that is over.
    func newest(_ part: HoursOfDay) -> Interval? {
        let found = self.part(part, of: today)
        guard let found, !found.isOver(now) else { return found }
        return today.adding(days: -1).flatMap { self.part(part, of: $0) }
    }

    /// That which lies so many before the current one, which is number 0.
    func unit(_ name: WordKey, before count: Int) -> Interval? {
        if name == "hour" {
            let hour = now.startOfHour
            return Interval(hour.adding(hours: -count), hour.adding(hours: 1 - count))
        }
        if name == "day" { return .ofDays(today, first: -count, count: 1) }
        if name == "night" { return lastNight(count) }
        if name == "week" { return .ofWeek(today, weeks: -count) }
        if name == "weekend" {
            return Interval.ofWeek(today, weeks: -count).flatMap {
                .ofDays($0.start, first: 5, count: 2)
            }
        }
        if name == "month" { return month(before: count) }
        if name == "year" { return .ofYear(now.year - count) }
        return name == "decade" ? .ofYears(now.year / 10 * 10 - 10 * count, count: 10) : nil
    }

    /// The newest that is over at that; at 3 in the morning, the one before this one.
    private func lastNight(_ count: Int) -> Interval? {
        let back = now.hour >= DateVocabulary.nightTo ? count : count + 1
        return today.adding(days: -back).flatMap(night)
    }

    private func month(before count: Int) -> Interval? {
        let months = now.year * 12 + now.month - 1 - count
        return months >= 12 ? .ofMonth(months / 12, months % 12 + 1) : nil
    }

    /// The same day so many units ago; the last day of a shorter month.
    func back(_ unit: WordKey, _ count: Int) -> WallClock? {
        if unit == "day" { return today.adding(days: -count) }
        if unit == "week" { return today.adding(days: -7 * count) }
        let months = unit == "month" ? 1 : unit == "year" ? 12 : 120
        guard let month = month(before: count * months) else { return nil }
        return [month.start.adding(days: today.day - 1), month.end.adding(days: -1)]
            .compactMap { $0 }.min()
    }
}
