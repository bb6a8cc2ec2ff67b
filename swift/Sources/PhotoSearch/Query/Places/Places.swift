// The place that begins at a word, as `photosearch/query/places.py`.
//
// Lisbon, in Tuscany, near Paris, Texas

/// A place that words name, and the place behind the last of these words.
struct PlaceFound {
    let end: Int
    /// nil if they stay words.
    let place: NamedPlace?
    var note = ""
    /// Outside the circle.
    var isAway = false
}

/// Reads places in a run of words.
struct PlaceReader {
    private let run: Run
    private let library: LibraryFacts?
    private let keys: [String]  // of each word, as the gazetteer writes it

    init(_ run: Run, _ library: LibraryFacts?) {
        (self.run, self.library) = (run, library)
        keys = run.words.map { Gazetteer.key(of: QueryParser.string($0.text)) }
    }

    /// The place that is named from a word on; nil if none is.
    ///
    /// Without a library, the best known place of a name is meant.
    func place(_ at: Int) -> PlaceFound? {
        // One of several, which no one circle holds
        if isOr(at - 1) { return nil }
        let (start, isLed) = behindLead(at)
        guard start < run.count, !DateVocabulary.functionWords.contains(run.key(start)) else {
            return nil
        }
        let most = min(Gazetteer.mostWords, run.count - start)
        // No name goes on beyond a comma
        let comma = run.words[start..<(start + most)].firstIndex(where: \.ends)
        let longest = min(most, comma.map { $0 - start + 1 } ?? most)
        guard longest > 0 else { return nil }
        for count in stride(from: longest, through: 1, by: -1)
        where !isOr(start, start + count - 1) {
            let places = named(name(start, count), isLed: isLed)
            if places.isEmpty { continue }
            var found = found(start + count, places)
            found?.isAway = start > at && run.key(at) == "outside"
            return found
        }
        return nil
    }

    /// Whether a sign of alternatives stands at any of these places.
    private func isOr(_ places: Int...) -> Bool {
        places.contains { QueryVocabulary.or.contains(run.key($0)) }
    }

    private func name(_ start: Int, _ count: Int) -> String {
        var name = keys[start]
        for key in keys[(start + 1)..<(start + count)] where !key.isEmpty {
            name += name.isEmpty ? key : " \(key)"
        }
        return name
    }

    /// The place behind a preposition and an article, and whether the preposition is one of place.
    private func behindLead(_ at: Int) -> (Int, Bool) {
        let lead = run.key(at)
        var start = at
        if QueryVocabulary.placeLeads.contains(lead) || lead == "of", !run.next(at + 1).isEmpty {
            start = at + 1
        }
        if run.reads(Self.closeTo, at: at), !run.next(at + 2).isEmpty { start = at + 2 }
        let isLed = start > at && lead != "of"
        let article = start > at ? run.next(start) : run.key(start)
        return (article == "the" && !run.next(start + 1).isEmpty ? start + 1 : start, isLed)
    }

    private static let closeTo = WordKey.words("close to")

    /// The places of a name, if it is meant as one.
    private func named(_ key: String, isLed: Bool) -> [GazetteerPlace] {
        var places = Gazetteer.find(key)
        if places.isEmpty, Self.mayBeSlip(key) { places = Gazetteer.findFuzzy(key) }
        if places.isEmpty { return [] }
        func isThere() -> Bool { places.contains { library?.photos(in: $0) ?? 0 > 0 } }
        if Gazetteer.isWord(key) { return isLed && isThere() ? places : [] }
        return isLed || isThere() || Self.isKnown(key, places[0]) ? places : []
    }

    /// Whether a name that stands alone means that place, and nothing else.
    private static func isKnown(_ key: String, _ place: GazetteerPlace) -> Bool {
        if Gazetteer.isGivenName(key) || LanguageNote.isForeign(WordKey(key.utf8)) { return false }
        let isShort = key.utf8.count <= QueryVocabulary.shortName
        let least =
            isShort ? QueryVocabulary.leastPeopleOfShortName : QueryVocabulary.leastPeople
        return place.population == 0 || place.population >= least  // sights and regions have none
    }

    /// Whether each word is one of a name: "new yrok", but not "fish and" for Fishhand.
    private static func mayBeSlip(_ key: String) -> Bool {
        let words = key.utf8.split(separator: UInt8(ascii: " "))
        return words.count <= QueryVocabulary.mostSlipped
            && !words.contains { DateVocabulary.functionWords.contains(WordKey($0)) }
    }

    private func found(_ end: Int, _ places: [GazetteerPlace]) -> PlaceFound? {
        if QueryVocabulary.or.contains(run.next(end)) { return nil }
        let (within, behind) = within(end, places)
        let chosen = within ?? mostPhotos(places)
        if let library, library.photos(in: chosen) == 0 {
            let note = QueryVocabulary.notThere.filled(chosen.name)
            return PlaceFound(end: behind, place: nil, note: note)
        }
        return PlaceFound(end: behind, place: NamedPlace(chosen))
    }

    /// The one that lies in the country or region that is named behind it: Paris, Texas.
    private func within(_ at: Int, _ places: [GazetteerPlace]) -> (GazetteerPlace?, Int) {
        let most = min(3, run.count - at)
        guard most > 0 else { return (nil, at) }
        for count in stride(from: most, through: 1, by: -1) where !isOr(at + count - 1) {
            for larger in Gazetteer.find(name(at, count)) {
                if let place = places.first(where: { Self.contains(larger, $0) }) {
                    return (place, at + count)
                }
            }
        }
        return (nil, at)
    }

    private static func contains(_ larger: GazetteerPlace, _ place: GazetteerPlace) -> Bool {
        if larger == place || larger.radiusKm <= 2 * place.radiusKm { return false }
        guard larger.country.isEmpty || larger.country == place.country else { return false }
        let middle = Near(latitude: larger.latitude, longitude: larger.longitude, radius: 0)
        let distance = middle.distanceKM(latitude: place.latitude, longitude: place.longitude)
        return distance <= larger.radiusKm
    }

    /// The first of those with most photos.
    private func mostPhotos(_ places: [GazetteerPlace]) -> GazetteerPlace {
        guard let library else { return places[0] }
        var (best, most) = (places[0], -1)
        for place in places {
            let photos = library.photos(in: place)
            if photos > most { (best, most) = (place, photos) }
        }
        return best
    }
}
