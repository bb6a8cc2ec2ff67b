/// Which photos a filter lets pass, as `photosearch/index/find/filters.py` has it.
struct PassingPhotos {
    private let columns: PhotoColumns
    private var passes: [Bool]

    /// All of them.
    init(_ columns: PhotoColumns) {
        self.columns = columns
        passes = [Bool](repeating: true, count: columns.count)
    }

    /// Of the columns.
    var rows: some Sequence<Int> { passes.indices.lazy.filter { passes[$0] } }

    /// Ascending.
    var ids: [Int64] { rows.map { columns.ids[$0] } }

    /// Those that pass a filter as well.
    ///
    /// - Throws: `PhotoSearchError` of kind `usage` for a filter that makes no sense.
    /// - Complexity: O(n) in the photos, about a nanosecond for each and each field that is set.
    mutating func keep(_ filter: Filter, in database: SQLiteDatabase) throws {
        try filter.check()
        keepTimes(filter)
        keepMarks(filter)
        if let near = filter.near { keep(inside: near) }
        if let away = filter.away { keep(outside: away) }
        if let ids = try TextConditions.ids(passing: filter, in: database) { keep(ascending: ids) }
        if let ids = filter.ids {
            let columns = columns
            keep { ids.contains(columns.ids[$0]) }
        }
    }

    /// - Parameter ids: Ascending.
    mutating func keep(ascending ids: [Int64]) {
        var next = ids[...]
        for row in passes.indices {
            while let id = next.first, id < columns.ids[row] { next.removeFirst() }
            if next.first != columns.ids[row] { passes[row] = false }
        }
    }

    mutating func keep(inside near: Near) {
        let (columns, circle) = (columns, Circle(near))
        keep { circle.holds(columns.latitudes[$0], columns.longitudes[$0]) }
    }

    mutating func keepWithoutPlace() {
        let columns = columns
        keep { !columns.latitudes[$0].isFinite }
    }

    private mutating func keep(outside near: Near) {
        let (columns, circle) = (columns, Circle(near))
        keep { row in
            let latitude = columns.latitudes[row]
            return latitude.isFinite && !circle.holds(latitude, columns.longitudes[row])
        }
    }

    @inline(__always)
    private mutating func keep(_ test: (Int) -> Bool) {
        passes.withUnsafeMutableBufferPointer { passes in
            for row in passes.indices where passes[row] { passes[row] = test(row) }
        }
    }

    private mutating func keepTimes(_ filter: Filter) {
        let columns = columns
        if let since = filter.since { keep { columns.time($0, as: since) >= since.microseconds } }
        if let until = filter.until {
            keep {
                columns.taken[$0] != PhotoColumns.noTime
                    && columns.time($0, as: until) < until.microseconds
            }
        }
        if !filter.months.isEmpty {
            let wanted = Self.bits(filter.months)
            keep { wanted >> (columns.monthDays[$0] / 100) & 1 == 1 }
        }
        if !filter.days.isEmpty {
            let ranges = filter.days.map { Turn(from: $0.first.number, through: $0.last.number) }
            keep { row in
                let day = Int(columns.monthDays[row])
                return day > 0 && ranges.contains { $0.holds(day) }
            }
        }
        if !filter.weekdays.isEmpty {
            let wanted = Self.bits(filter.weekdays)
            keep { wanted >> columns.weekdays[$0] & 1 == 1 }
        }
        if !filter.hours.isEmpty {
            let ranges = filter.hours.map {
                Turn(from: $0.from, through: $0.to > 0 ? $0.to - 1 : 23)
            }
            keep { row in
                let hour = Int(columns.hours[row])
                return hour < 24 && ranges.contains { $0.holds(hour) }
            }
        }
    }

    /// A bit for each number, of which none is above 12.
    private static func bits(_ numbers: Set<Int>) -> UInt16 {
        numbers.reduce(0) { $0 | 1 << UInt16($1) }
    }

    private mutating func keepMarks(_ filter: Filter) {
        let columns = columns
        if filter.favourites { keep { columns.favourites[$0] } }
        guard !filter.media.isEmpty else { return }
        let wanted = filter.media.compactMap(\.kind).reduce(into: MediaKinds()) { $0.insert($1) }
        let (isPlain, kinds) = (filter.media.contains(.photo), MediaKinds.kinds.rawValue)
        keep { row in
            let media = columns.media[row]
            return media & wanted.rawValue != 0 || isPlain && media & kinds == 0
        }
    }
}

/// From a value to another one, both included; it may go across the turn of the year or the day.
private struct Turn {
    let from: Int
    let through: Int

    func holds(_ value: Int) -> Bool {
        from <= through
            ? value >= from && value <= through : value >= from || value <= through
    }
}

extension MonthDay {
    fileprivate var number: Int { 100 * month + day }
}

extension Moment {
    fileprivate var microseconds: Int64 {
        switch self {
        case .camera(let microseconds), .instant(let microseconds, _): microseconds
        }
    }
}

extension PhotoColumns {
    /// What a bound is compared with; `noTime` where no time is.
    @inline(__always)
    fileprivate func time(_ row: Int, as bound: Moment) -> Int64 {
        guard case .instant(_, let minutes) = bound, taken[row] != Self.noTime else {
            return taken[row]
        }
        return instant(row, assuming: minutes)
    }
}
