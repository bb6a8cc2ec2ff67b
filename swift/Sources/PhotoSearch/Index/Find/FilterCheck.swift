// Refuses a filter that makes no sense, with what was got and what was expected.
//
// In the words of `photosearch/index/find/filter_check.py`.

extension Filter {
    /// - Throws: `PhotoSearchError` of kind `usage` for a period, a place, a radius, a day or an hour that
    ///   makes no sense.
    func check() throws(PhotoSearchError) {
        try near?.check()
        try away?.check()
        try Self.check(months, upTo: 12, "months")
        try Self.check(weekdays, upTo: 7, "weekdays")
        for each in days where !each.first.isThere || !each.last.isThere {
            throw PhotoSearchError(
                .usage,
                "days: got ('\(each.first.text)', '\(each.last.text)'), expected two of MM-DD")
        }
        for each in hours where !each.isThere {
            throw PhotoSearchError(
                .usage,
                "hours: got (\(each.from), \(each.to)), expected two different ones of 0 to 24")
        }
        guard isPeriod else {
            throw PhotoSearchError(
                .usage, "period: got since after until, expected since before until")
        }
    }

    private static func check(
        _ values: Set<Int>, upTo most: Int, _ name: String
    ) throws(PhotoSearchError) {
        guard let wrong = values.sorted().first(where: { !(1...most).contains($0) }) else { return }
        throw PhotoSearchError(.usage, "\(name): got \(wrong), expected 1 to \(most)")
    }

    private var isPeriod: Bool {
        switch (since, until) {
        case (.camera(let start), .camera(let end)): start < end
        case (.instant(let start, _), .instant(let end, _)): start < end
        default: true
        }
    }
}

extension Near {
    fileprivate func check() throws(PhotoSearchError) {
        guard (-90...90).contains(latitude) else {
            throw PhotoSearchError(.usage, "latitude: got \(latitude), expected -90 to 90 degrees")
        }
        guard (-180...180).contains(longitude) else {
            throw PhotoSearchError(
                .usage, "longitude: got \(longitude), expected -180 to 180 degrees")
        }
        guard radius > 0, radius.isFinite else {
            throw PhotoSearchError(.usage, "radius: got \(radiusKM) km, expected more than 0")
        }
    }
}

extension MonthDay {
    fileprivate var isThere: Bool { (1...12).contains(month) && (1...31).contains(day) }
}

extension HoursOfDay {
    fileprivate var isThere: Bool {
        (0...24).contains(from) && (0...24).contains(to) && from != to
    }
}
