/// What filters ask of all searchable photos, in memory, in the order of ids.
///
/// As `photosearch/index/find/columns.py`.
struct PhotoColumns: Sendable {
    /// Sorts before every time, and is no time.
    static let noTime = Int64.min
    static let noOffset = Int32.min
    private static let minute: Int64 = 60_000_000  // microseconds
    private static let hour = 60 * minute
    private static let day = 24 * hour

    private(set) var ids: [Int64] = []
    /// Microseconds since 1970 of the camera's own clock; `noTime`.
    private(set) var taken: [Int64] = []
    /// Minutes east of UTC; `noOffset`.
    private(set) var offsets: [Int32] = []
    /// Degrees; NaN.
    private(set) var latitudes: [Double] = []
    /// Degrees; NaN.
    private(set) var longitudes: [Double] = []
    /// Bits as in `MediaKinds`.
    private(set) var media: [UInt16] = []
    private(set) var favourites: [Bool] = []
    /// 100 times the month, and the day; 0 where no time is.
    private(set) var monthDays: [Int16] = []
    /// 1...7 from Monday; 0 where no time is.
    private(set) var weekdays: [UInt8] = []
    /// 0...23; 24 where no time is.
    private(set) var hours: [UInt8] = []

    var count: Int { ids.count }

    /// - Throws: `PhotoSearchError` for a catalog that cannot be read.
    /// - Complexity: O(n) in the photos, about half a microsecond each.
    init(_ database: SQLiteDatabase) throws {
        let sql = """
            SELECT id, taken_at, utc_offset_min, latitude, longitude, media, favourite FROM photos
            WHERE status = 'indexed' ORDER BY id
            """
        try database.query(sql) { row in
            append(row)
            return true
        }
    }

    private mutating func append(_ row: SQLiteRow) {
        ids.append(row.integer(0) ?? 0)
        offsets.append(row.integer(2).map { Int32(truncatingIfNeeded: $0) } ?? Self.noOffset)
        latitudes.append(row.real(3) ?? .nan)
        longitudes.append(row.real(4) ?? .nan)
        media.append(UInt16(truncatingIfNeeded: row.integer(5) ?? 0))
        favourites.append(row.integer(6).map { $0 != 0 } ?? false)
        let time = row.integer(1)
        taken.append(time ?? Self.noTime)
        let days = time.map { Self.floor($0, Self.day) }
        monthDays.append(days.map(Self.monthDay) ?? 0)
        weekdays.append(days.map { UInt8(Self.rest($0 + 3, 7) + 1) } ?? 0)  // 1970: a Thursday
        hours.append(time.map { UInt8(Self.rest($0, Self.day) / Self.hour) } ?? 24)
    }

    /// Microseconds since 1970 UTC; where no offset is known, it is this one.
    func instant(_ row: Int, assuming minutes: Int) -> Int64 {
        let known = offsets[row]
        let shift = known == Self.noOffset ? Int64(minutes) : Int64(known)
        return taken[row] &- shift &* Self.minute
    }

    private static func floor(_ value: Int64, _ size: Int64) -> Int64 {
        value / size - (value % size < 0 ? 1 : 0)
    }

    private static func rest(_ value: Int64, _ size: Int64) -> Int64 {
        let rest = value % size
        return rest < 0 ? rest + size : rest
    }

    /// By H. Hinnant, "chrono-compatible low-level date algorithms",
    /// https://howardhinnant.github.io/date_algorithms.html
    private static func monthDay(_ days: Int64) -> Int16 {
        let dayOfEra = rest(days + 719_468, 146_097)
        let years = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * years + years / 4 - years / 100)
        let shifted = (5 * dayOfYear + 2) / 153  // months from March
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return Int16(100 * month + dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
