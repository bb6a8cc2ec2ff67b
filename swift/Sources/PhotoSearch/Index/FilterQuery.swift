/// A filter as conditions on the catalog's `photos`, the same as `photosearch/index/filters.py`
/// makes.
struct FilterQuery {
    private static let minute: Int64 = 60_000_000  // microseconds
    private static let margin = 1e-9  // degrees; a box must not lose a photo to rounding

    private var conditions = ["status = 'indexed'"]
    private var values: [SQLValue] = []
    private let filter: Filter

    /// Ids of the indexed photos that pass, ascending.
    ///
    /// - Throws: `PhotoSearchError` of kind `usage` for a filter that makes no sense.
    static func ids(passing filter: Filter, in database: SQLiteDatabase) throws -> [Int64] {
        try filter.check()
        var query = FilterQuery(filter: filter)
        query.addDates()
        try query.addFolders(database)
        try query.addCameras(database)
        query.addMarks()
        query.addBox()
        return try query.run(database)
    }

    private init(filter: Filter) {
        self.filter = filter
    }

    private func run(_ database: SQLiteDatabase) throws -> [Int64] {
        let sql = """
            SELECT id, latitude, longitude FROM photos
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY id
            """
        var ids: [Int64] = []
        try database.query(sql, values) { row in
            if let id = row.integer(0), filter.ids?.contains(id) ?? true, isNear(row) {
                ids.append(id)
            }
            return true
        }
        return ids
    }

    private func isNear(_ row: SQLiteRow) -> Bool {
        guard let near = filter.near else { return true }
        guard let latitude = row.real(1), let longitude = row.real(2) else { return false }
        return near.distanceKM(latitude: latitude, longitude: longitude) <= near.radiusKM
    }

    private mutating func add(_ condition: String, _ values: [SQLValue]) {
        conditions.append(condition)
        self.values += values
    }

    private mutating func addDates() {
        for (moment, sign) in [(filter.since, ">="), (filter.until, "<")] {
            switch moment {
            case nil: break
            case .camera(let microseconds):
                add("taken_at \(sign) ?", [.integer(microseconds)])
            case .instant(let microseconds, let minutes):
                let photo = "taken_at - coalesce(utc_offset_min, ?) * \(Self.minute)"
                add("\(photo) \(sign) ?", [.integer(Int64(minutes)), .integer(microseconds)])
            }
        }
    }

    private mutating func addFolders(_ database: SQLiteDatabase) throws {
        guard !filter.under.isEmpty else { return }
        var parts: [String] = []
        var bounds: [SQLValue] = []
        for folder in try filter.under.flatMap({ try Spellings.stored($0, database) }) {
            let (condition, some) = Self.inside(folder)
            parts.append("\(condition) OR source = ?")  // or the photo itself
            bounds += some + [folder.value]
        }
        add("(\(parts.joined(separator: " OR ")))", bounds)
    }

    /// Everything inside a folder, at any depth. TEXT sorts by its UTF-8 bytes, so a prefix is a
    /// range; names that are not UTF-8 have their own.
    private static func inside(_ folder: PhotoSource) -> (String, [SQLValue]) {
        let slash = UInt8(ascii: "/")
        let name = folder.bytes.reversed().drop { $0 == slash }.reversed()
        let low = name + [slash]
        let high = name + [slash + 1]
        let blobs: [SQLValue] = [.blob(low), .blob(high)]
        guard case .text = folder.value else { return ("(source >= ? AND source < ?)", blobs) }
        let texts: [SQLValue] = [PhotoSource(bytes: low).value, PhotoSource(bytes: high).value]
        return ("((source >= ? AND source < ?) OR (source >= ? AND source < ?))", texts + blobs)
    }

    /// Case-folded here, since SQLite knows the case of ASCII only; cameras are few.
    private mutating func addCameras(_ database: SQLiteDatabase) throws {
        guard let camera = filter.camera else { return }
        let wanted = Normalization.casefold(CodePoints.of(camera))
        let all = "SELECT DISTINCT camera FROM photos WHERE camera IS NOT NULL"
        let names = try database.rows(all) { $0.text(0) ?? "" }.filter { name in
            Self.contains(Normalization.casefold(CodePoints.of(name)), wanted)
        }
        let places = Array(repeating: "?", count: names.count).joined(separator: ", ")
        add("camera IN (\(places))", names.map { .text($0) })
    }

    private mutating func addMarks() {
        if filter.favourites { add("favourite = 1", []) }
        guard !filter.media.isEmpty else { return }
        let kinds = filter.media.compactMap(\.kind).reduce(into: MediaKinds()) { $0.insert($1) }
        let isPlain = filter.media.contains(.photo) ? " OR media = 0" : ""
        add("(media & ? != 0\(isPlain))", [.integer(Int64(kinds.rawValue))])
    }

    private static func contains(_ text: [UInt32], _ part: [UInt32]) -> Bool {
        guard part.count <= text.count else { return false }
        return (0...text.count - part.count).contains { text[$0...].starts(with: part) }
    }

    /// A box of latitudes and longitudes around the circle, across the antimeridian and poles.
    private mutating func addBox() {
        guard let near = filter.near else { return }
        let degrees = 180 / Double.pi
        let angle = near.radiusKM / Near.earthRadiusKM
        let reach = angle * degrees + Self.margin
        let (south, north) = (near.latitude - reach, near.latitude + reach)
        add("latitude BETWEEN ? AND ? AND longitude IS NOT NULL", [.real(south), .real(north)])
        if south <= -90 || north >= 90 { return }  // a pole lies inside: every longitude is near
        // the meridians that touch the circle; a plain "reach / cos(latitude)" is too narrow up
        // north
        let width = sine(angle) / cosine(near.latitude / degrees)
        let side = arcsine(min(1, width)) * degrees + Self.margin
        let (west, east) = (near.longitude - side, near.longitude + side)
        if west < -180 || east > 180 {
            let bounds = [Self.wrapped(west), Self.wrapped(east)]
            add("(longitude >= ? OR longitude <= ?)", bounds.map { .real($0) })
        } else {
            add("longitude BETWEEN ? AND ?", [.real(west), .real(east)])
        }
    }

    /// A longitude in -180 ..< 180.
    private static func wrapped(_ longitude: Double) -> Double {
        let turned = (longitude + 180).truncatingRemainder(dividingBy: 360)
        return (turned < 0 ? turned + 360 : turned) - 180
    }
}
