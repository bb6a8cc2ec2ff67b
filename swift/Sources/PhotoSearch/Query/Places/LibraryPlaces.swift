/// What a photo library says of the places and times that a query may mean.
public struct LibraryPlaces: Sendable, Hashable {
    /// Side in degrees of a cell in which photos are counted.
    package static let cellDegrees = 0.1
    private static let cellKM = 8.0  // from the middle of a cell to its corner, at most
    static let kmPerDegree = 111.0  // of latitude, at least: spares most great-circle distances

    /// Photos that were taken close to each other.
    public struct Cell: Sendable, Hashable {
        /// Degrees, of its middle.
        public let latitude: Double
        /// Degrees, of its middle.
        public let longitude: Double
        public let photos: Int

        public init(latitude: Double, longitude: Double, photos: Int) {
            (self.latitude, self.longitude, self.photos) = (latitude, longitude, photos)
        }
    }

    /// Where photos were taken.
    public let cells: [Cell]
    /// Whether half of the photos have a date, at least: a time would hide the others.
    public let isDated: Bool

    public init(cells: [Cell] = [], isDated: Bool = true) {
        (self.cells, self.isDated) = (cells, isDated)
    }

    /// Whether most photos were taken in the south.
    var isSouthern: Bool {
        let south = cells.reduce(0) { $0 + ($1.latitude < 0 ? $1.photos : 0) }
        return 2 * south > cells.reduce(0) { $0 + $1.photos }
    }

    /// The cell with most photos; of two with as many, the one further south, then west.
    var home: Cell? {
        cells.max { first, second in
            (first.photos, -first.latitude, -first.longitude)
                < (second.photos, -second.latitude, -second.longitude)
        }
    }

    /// How many photos were taken in the circle of a place, about.
    func photos(in place: GazetteerPlace) -> Int {
        let middle = Near(latitude: place.latitude, longitude: place.longitude, radius: 0)
        let most = place.radiusKm + Self.cellKM
        var count = 0
        for cell in cells where abs(cell.latitude - place.latitude) * Self.kmPerDegree <= most {
            let distance = middle.distanceKM(latitude: cell.latitude, longitude: cell.longitude)
            if distance <= most { count += cell.photos }
        }
        return count
    }
}
