import PhotoSearch

/// What was read, one member a line, as `photosearch explain` has it.
enum ReadingLines {
    /// Members that a person is told of by the results, or besides.
    private static let ofWords: Set = ["looks for", "sets back", "note"]

    /// On stderr: what was not looked for as words, and how doubtful parts were read.
    static func say(_ reading: QueryReading) {
        let told = lines(reading).filter { !ofWords.contains($0.0) }.map { "\($0) \($1)" }
        if !told.isEmpty { say("read: \(told.joined(separator: "; "))") }
        for note in reading.notes { say("note: \(note)") }
    }

    private static func say(_ line: String) {
        Output.say(Printable.text(Array(line.utf8)))
    }

    /// Names and texts.
    static func lines(_ reading: QueryReading) -> [(String, String)] {
        var lines = reading.terms.map(term)
        lines += reading.any.map { ("any of", $0.joined(separator: " | ")) }
        lines += reading.exact.map { ("holds", $0) }
        lines += reading.when.map(times) ?? []
        lines += [("near", reading.near), ("away from", reading.away)].compactMap { name, place in
            place.map { (name, circle($0)) }
        }
        if !reading.media.isEmpty { lines.append(("media", list(reading.media))) }
        if reading.favourites { lines.append(("favourites", "only")) }
        if let camera = reading.camera { lines.append(("camera", camera)) }
        return lines + reading.notes.map { ("note", $0) }
    }

    private static func term(_ term: Term) -> (String, String) {
        let isUsual = term.weight == 1 || term.weight == QueryReading.negativeWeight
        let name = term.weight > 0 ? "looks for" : "sets back"
        return (name, isUsual ? term.text : "\(term.text) (weight \(term.weight))")
    }

    private static func times(_ when: WhenWanted) -> [(String, String)] {
        let members = [
            ("since", when.since.map(\.iso) ?? ""), ("until", when.until.map(\.iso) ?? ""),
            ("months", list(when.months)),
            ("days", list(when.days.map { "\($0.first.text) to \($0.last.text)" })),
            ("weekdays", list(when.weekdays)),
            ("hours", list(when.hours.map { "\($0.from) to \($0.to)" })),
        ]
        return members.filter { !$0.1.isEmpty }
    }

    private static func list(_ values: [some CustomStringConvertible]) -> String {
        values.map(\.description).joined(separator: ", ")
    }

    private static func circle(_ place: NamedPlace) -> String {
        "\(place.name) (\(place.latitude), \(place.longitude); \(place.radiusKM) km)"
    }
}
