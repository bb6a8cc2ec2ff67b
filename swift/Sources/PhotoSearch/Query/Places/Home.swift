/// Places that a library knows and no gazetteer: near home, on a trip, abroad.
///
/// As `photosearch/query/home.py`.
enum HomeWords {
    /// A circle around home, and the place behind the last word that names it.
    struct Found {
        let end: Int
        let place: NamedPlace
        /// Outside the circle.
        let isAway: Bool
    }

    private static let names = Names(QueryVocabulary.homeNames.map { ($0.0, "\($0.1)") })

    /// What is told from home at a word; nil in a library of which no home is known.
    static func read(_ run: Run, _ at: Int, _ library: LibraryFacts?) -> Found? {
        for (words, kind) in names[run.key(at)] where run.reads(words, at: at) {
            return library?.home.flatMap { circle(at + words.count, kind, $0) }
        }
        return nil
    }

    private static func circle(_ end: Int, _ kind: String, _ home: LibraryPlaces.Cell) -> Found? {
        if kind == "abroad" {
            return Countries.country(of: home).map {
                Found(end: end, place: NamedPlace($0), isAway: true)
            }
        }
        let isTrip = kind == "trip"
        let place = NamedPlace(
            QueryVocabulary.home, latitude: home.latitude, longitude: home.longitude,
            radiusKM: isTrip ? QueryVocabulary.tripKM : QueryVocabulary.homeKM)
        return Found(end: end, place: place, isAway: isTrip)
    }
}

/// In which country a cell lies: that of the nearest place.
private struct Countries {
    private static let all = Countries()

    private var places: [(latitude: Double, longitude: Double, country: Int)] = []
    /// The largest circle of each country.
    private var largest: [GazetteerPlace] = []

    /// The first look-up takes the time to read the whole gazetteer.
    static func country(of cell: LibraryPlaces.Cell) -> GazetteerPlace? { all.nearest(to: cell) }

    private init() {
        var numbers: [String: Int] = [:]
        Gazetteer.forEachLine { key, rest in
            guard let at = rest.firstIndex(of: UInt8(ascii: "\t")) else { return }
            let key = Array(key)
            for bytes in rest[(at + 1)...].split(separator: UInt8(ascii: "|")) {
                guard let place = Gazetteer.place(bytes, of: key), !place.country.isEmpty else {
                    continue
                }
                let number = numbers[place.country] ?? largest.count
                numbers[place.country] = number
                if number == largest.count {
                    largest.append(place)
                } else if place.radiusKm > largest[number].radiusKm {
                    largest[number] = place
                }
                places.append((place.latitude, place.longitude, number))
            }
        }
    }

    private func nearest(to cell: LibraryPlaces.Cell) -> GazetteerPlace? {
        let middle = Near(latitude: cell.latitude, longitude: cell.longitude, radius: 0)
        var (nearest, least): (Int?, Double) = (nil, .infinity)
        let perDegree = LibraryPlaces.kmPerDegree
        for place in places where abs(place.latitude - cell.latitude) * perDegree < least {
            let far = middle.distanceKM(latitude: place.latitude, longitude: place.longitude)
            if far < least { (nearest, least) = (place.country, far) }
        }
        return nearest.map { largest[$0] }
    }
}
