// Dates that come again: months, feasts, seasons, weekdays and parts of a day.
//
// As `photosearch/query/dates/items.py`.

extension DateReader {
    func month(_ at: Int, _ lead: WordKey) -> DateItem? {
        let months = DateVocabulary.months
        if let year = yearNumber(at) {  // 2021 march, but "2019 may ..." with a verb
            let name = run.next(at + 1)
            guard let month = months[name],
                !DateVocabulary.doubtfulMonths.contains(name) || ends(at + 2)
            else { return nil }
            return .fixed(at + 2, .ofMonth(year, month))
        }
        guard let month = months[run.key(at)] else { return nil }
        let (year, end) = yearBehind(at + 1)
        if let year { return .fixed(end, .ofMonth(year, month)) }
        let isCertain =
            DateVocabulary.certainLeads.contains(lead)
            || !DateVocabulary.doubtfulMonths.contains(run.key(at))
        return DateItem(end: at + 1, yearly: .months(month, month), isCertain: isCertain)
    }

    /// christmas 2019, 2019 christmas, christmas; "christmas tree" is none.
    func feast(_ at: Int) -> DateItem? {
        let before = yearNumber(at)
        let start = before == nil ? at : at + 1
        if before != nil, run.words[at].ends { return nil }
        for (name, yearly) in Self.feasts[run.key(start)] where run.reads(name, at: start) {
            let behind = start + name.count
            let (year, end) = before == nil ? yearBehind(behind) : (before, behind)
            if let year { return .fixed(end, yearly.of(year)) }
            let isCertain =
                name.last.map(DateVocabulary.certainEnds.contains) ?? false || ends(behind)
            return DateItem(end: behind, yearly: yearly, isCertain: isCertain)
        }
        return nil
    }

    static let feasts = Names(DateVocabulary.feasts)

    /// summer 2018, 2018 summer, in winter; "summer dress" and "spring water" are none.
    func season(_ at: Int, _ lead: WordKey) -> DateItem? {
        let before = yearNumber(at)
        let start = before == nil ? at : at + 1
        let name = before == nil ? run.key(at) : run.next(start)
        guard DateVocabulary.seasons[name] != nil,
            let yearly = Yearly.season(name, isSouthern: clock.isSouthern)
        else { return nil }
        let (year, end) = before == nil ? yearBehind(start + 1) : (before, start + 1)
        if let year { return .fixed(end, yearly.of(year)) }
        let isDoubtful =
            DateVocabulary.doubtfulSeasons.contains(name)
            && !DateVocabulary.certainLeads.contains(lead)
        return DateItem(
            end: start + 1, yearly: yearly, isCertain: ends(start + 1) && !isDoubtful)
    }

    /// Whether nothing at a place is described by the word before it.
    func ends(_ at: Int) -> Bool {
        let key = run.next(at)
        return key.isEmpty || DateVocabulary.functionWords.contains(key)
            || HoursOfDay.part(key.singular) != nil || yearNumber(at) != nil
    }

    /// monday, on mondays, monday morning, at the weekend.
    func weekday(_ at: Int, _ lead: WordKey) -> DateItem? {
        let key = run.key(at)
        if DateVocabulary.weekends.contains(key) {
            return DateItem(
                end: at + 1, weekdays: [6, 7], isCertain: !lead.isEmpty || ends(at + 1))
        }
        guard let day = DateVocabulary.weekdays[key],
            !DateVocabulary.weekdayNames.contains(run.key(at - 1))
        else { return nil }
        if let part = HoursOfDay.part(run.next(at + 1).singular) {
            return DateItem(end: at + 2, weekdays: [day], hours: [part])
        }
        return DateItem(end: at + 1, weekdays: [day])
    }

    /// in the morning, at night, evenings; "night sky" and "good morning" are none.
    func daypart(_ at: Int, _ lead: WordKey) -> DateItem? {
        let key = run.key(at)
        guard let part = HoursOfDay.part(key.singular) else { return nil }
        let isOne = DateVocabulary.daypartLeads.contains(lead) || HoursOfDay.part(key) == nil
        return DateItem(end: at + 1, hours: [part], isCertain: isOne && ends(at + 1))
    }
}
