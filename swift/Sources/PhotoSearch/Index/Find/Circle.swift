/// A circle on the globe, and a box around it that tells sooner what lies outside.
struct Circle {
    private static let margin = 1e-9  // degrees; a box must not lose a photo to rounding

    private let near: Near
    private let (south, north): (Double, Double)
    /// nil if a pole lies inside: every longitude is near.
    private let sides: (west: Double, east: Double)?
    private let isAcross: Bool

    init(_ near: Near) {
        self.near = near
        let degrees = 180 / Double.pi
        let angle = near.radiusKM / Near.earthRadiusKM
        let reach = angle * degrees + Self.margin
        (south, north) = (near.latitude - reach, near.latitude + reach)
        guard south > -90, north < 90 else {
            (sides, isAcross) = (nil, false)
            return
        }
        // the meridians that touch the circle; a plain "reach / cos(latitude)" is too narrow up
        // north
        let width = sine(angle) / cosine(near.latitude / degrees)
        let side = arcsine(min(1, width)) * degrees + Self.margin
        let (west, east) = (near.longitude - side, near.longitude + side)
        isAcross = west < -180 || east > 180
        sides = isAcross ? (Self.wrapped(west), Self.wrapped(east)) : (west, east)
    }

    /// Whether a place lies inside; NaN lies nowhere.
    func holds(_ latitude: Double, _ longitude: Double) -> Bool {
        guard latitude >= south, latitude <= north, longitude.isFinite else { return false }
        if let (west, east) = sides {
            let isEast = longitude >= west
            let isWest = longitude <= east
            guard isAcross ? isEast || isWest : isEast && isWest else { return false }
        }
        return near.distanceKM(latitude: latitude, longitude: longitude) <= near.radiusKM
    }

    /// A longitude in -180 ..< 180.
    private static func wrapped(_ longitude: Double) -> Double {
        let turned = (longitude + 180).truncatingRemainder(dividingBy: 360)
        return (turned < 0 ? turned + 360 : turned) - 180
    }
}
