// Which photos a search looks at: a filter by time, place, camera, folder
// and kind of media.

/// A point in time, on the camera's own clock or everywhere the same.
public enum Moment: Sendable, Hashable, Codable {
    /// Microseconds since 1970 on the clock of the camera, wherever that was.
    case camera(microseconds: Int64)
    /// Microseconds since 1970 UTC. A photo without a recorded offset counts as taken in the time
    /// zone that lies so many minutes east of UTC.
    case instant(microseconds: Int64, utcOffsetMinutes: Int)
}

/// A circle on the globe.
public struct Near: Sendable, Hashable, Codable {
    /// Degrees, north positive.
    public let latitude: Double
    /// Degrees, east positive.
    public let longitude: Double
    /// Metres.
    public let radius: Double

    public init(latitude: Double, longitude: Double, radius: Double) {
        self.latitude = latitude
        self.longitude = longitude
        self.radius = radius
    }

    var radiusKM: Double { radius / 1000 }

    /// Great-circle distance to a place, by the haversine formula (Sinnott, Sky and Telescope 68,
    /// 1984), exact for small distances too.
    func distanceKM(latitude: Double, longitude: Double) -> Double {
        let radians = Double.pi / 180
        let (here, there) = (self.latitude * radians, latitude * radians)
        let north = sine((there - here) / 2)
        let east = sine((longitude - self.longitude) * radians / 2)
        let half = north * north + cosine(here) * cosine(there) * east * east
        return Self.earthRadiusKM * 2 * arcsine(min(max(half, 0), 1).squareRoot())
    }

    static let earthRadiusKM = 6371.0088  // IUGG mean radius
}

/// Restricts a search to photos that satisfy every field that is set.
public struct Filter: Sendable, Hashable {
    /// Taken at or after.
    public var since: Moment?
    /// Taken before.
    public var until: Moment?
    /// Taken in any of these, 1...12.
    public var months: Set<Int> = []
    /// Taken on any of these days of a year.
    public var days: [DaysOfYear] = []
    /// Taken on any of these, 1...7 from Monday.
    public var weekdays: Set<Int> = []
    /// Taken in any of these hours.
    public var hours: [HoursOfDay] = []
    public var near: Near?
    /// Taken outside this circle.
    public var away: Near?
    /// Inside any of these folders, as absolute paths, in any spelling of their accents.
    public var under: [PhotoSource] = []
    /// Part of the camera's name, upper and lower case alike.
    public var camera: String?
    /// Only photos that the person has marked.
    public var favourites: Bool
    /// Photos that are any of these; all photos if it is empty.
    public var media: Set<MediaFilter>
    /// Any other restriction, as catalog ids.
    public var ids: Set<Int64>?

    public init(
        since: Moment? = nil, until: Moment? = nil, near: Near? = nil, under: [PhotoSource] = [],
        camera: String? = nil, favourites: Bool = false, media: Set<MediaFilter> = [],
        ids: Set<Int64>? = nil
    ) {
        (self.since, self.until, self.near) = (since, until, near)
        (self.under, self.camera, self.ids) = (under, camera, ids)
        (self.favourites, self.media) = (favourites, media)
    }

    var isEmpty: Bool { self == Filter() }
}

extension Filter: Codable {
    /// What is missing restricts nothing, so that filters that were stored before stay good.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func list<Element: Decodable>(_ key: CodingKeys) throws -> [Element] {
            try values.decodeIfPresent([Element].self, forKey: key) ?? []
        }
        self.init(
            since: try values.decodeIfPresent(Moment.self, forKey: .since),
            until: try values.decodeIfPresent(Moment.self, forKey: .until),
            near: try values.decodeIfPresent(Near.self, forKey: .near), under: try list(.under),
            camera: try values.decodeIfPresent(String.self, forKey: .camera),
            favourites: try values.decodeIfPresent(Bool.self, forKey: .favourites) ?? false,
            media: Set(try list(.media)),
            ids: try values.decodeIfPresent(Set<Int64>.self, forKey: .ids))
        away = try values.decodeIfPresent(Near.self, forKey: .away)
        (months, weekdays) = (Set(try list(.months)), Set(try list(.weekdays)))
        (days, hours) = (try list(.days), try list(.hours))
    }
}
