// Which photos a search looks at: a filter by time, place, camera, folder and kind of media.

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
public struct Filter: Sendable, Hashable, Codable {
    /// Taken at or after.
    public var since: Moment?
    /// Taken before.
    public var until: Moment?
    public var near: Near?
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

    /// - Throws: `PhotoSearchError` of kind `usage` for a period, a place or a radius that makes no
    ///   sense.
    func check() throws(PhotoSearchError) {
        if let near {
            guard (-90...90).contains(near.latitude) else {
                throw PhotoSearchError(
                    .usage, "latitude: got \(near.latitude), expected -90 to 90 degrees")
            }
            guard (-180...180).contains(near.longitude) else {
                throw PhotoSearchError(
                    .usage, "longitude: got \(near.longitude), expected -180 to 180 degrees")
            }
            guard near.radius > 0, near.radius.isFinite else {
                throw PhotoSearchError(
                    .usage, "radius: got \(near.radiusKM) km, expected more than 0")
            }
        }
        guard isPeriod else {
            throw PhotoSearchError(
                .usage, "period: got since after until, expected since before until")
        }
    }

    private var isPeriod: Bool {
        switch (since, until) {
        case (.camera(let start), .camera(let end)): start < end
        case (.instant(let start, _), .instant(let end, _)): start < end
        default: true
        }
    }
}

/// What a photo is besides a photo, as far as the camera or the library says so.
public struct MediaKinds: OptionSet, Sendable, Hashable {
    /// As in the catalog.
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let live = MediaKinds(rawValue: 1)
    public static let panorama = MediaKinds(rawValue: 2)
    /// With depth, so that its background can be blurred.
    public static let portrait = MediaKinds(rawValue: 4)
    public static let screenshot = MediaKinds(rawValue: 8)
    public static let burst = MediaKinds(rawValue: 16)
    public static let video = MediaKinds(rawValue: 32)
}

extension MediaKinds {
    /// What it is, in the order of the bits, named as a filter names it.
    package var names: [String] {
        MediaFilter.allCases.filter { $0.kind.map(contains) ?? false }.map(\.rawValue)
    }

    /// - Returns: nil if a name is none of a kind.
    package init?(names: [String]) {
        self = []
        for name in names {
            guard let kind = MediaFilter(rawValue: name)?.kind else { return nil }
            insert(kind)
        }
    }
}

/// One kind of media that a filter lets pass.
public enum MediaFilter: String, Sendable, CaseIterable, Codable {
    /// Nothing of the others: a plain photo.
    case photo
    case live, panorama, portrait, screenshot, burst, video

    /// nil for a plain photo.
    var kind: MediaKinds? {
        switch self {
        case .photo: nil
        case .live: .live
        case .panorama: .panorama
        case .portrait: .portrait
        case .screenshot: .screenshot
        case .burst: .burst
        case .video: .video
        }
    }
}
