/// How dates are written in a time zone, and when summer is, as `photosearch/query/zones.py`.
enum ZoneHabits {
    /// Whether 3/4/2021 is the 4th of March there.
    static func isMonthFirst(_ zone: String) -> Bool {
        isOne(zone, of: ZoneVocabulary.monthFirstCities, or: ZoneVocabulary.monthFirstAreas)
    }

    /// Whether it lies south of the equator.
    static func isSouthern(_ zone: String) -> Bool {
        isOne(zone, of: ZoneVocabulary.southernCities, or: ZoneVocabulary.southernAreas)
    }

    private static func isOne(
        _ zone: String, of cities: [WordKey: Set<WordKey>], or areas: [StaticString]
    ) -> Bool {
        let name = WordKey(zone.utf8)
        if let (area, city) = name.parted(at: "/"), cities[area]?.contains(city) == true {
            return true
        }
        return areas.contains { area in
            area.withUTF8Buffer { name.bytes.starts(with: $0) }
        }
    }
}
