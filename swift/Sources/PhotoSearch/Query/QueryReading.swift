/// What a query was read as: words that are looked for, and what a photo must fulfil besides.
///
/// ```swift
/// let now = WallClock(year: 2026, month: 11, day: 26, hour: 10)!
/// let text = "beach last summer without people"
/// let reading = try QueryReading(reading: text, now: now, zone: "Europe/Berlin")
/// // terms: beach, people (-0.5); when: from 2026-06-01 to 2026-09-01
/// ```
///
/// All that is set must hold, but the terms, which are looked for.
public struct QueryReading: Sendable, Hashable {
    /// Of what is set back without a number behind it.
    package static let negativeWeight = QueryParser.negativeWeight

    public let query: String
    /// What is looked for; a negative weight sets photos back.
    public let terms: [Term]
    /// Of each group, one alternative is looked for.
    public let any: [[String]]
    public let when: WhenWanted?
    public let near: NamedPlace?
    /// Not inside this circle.
    public let away: NamedPlace?
    /// Any of these kinds of photos: `screenshot`, `selfie`, `black-and-white`.
    public let media: [String]
    /// Only photos that the person has marked.
    public let favourites: Bool
    /// Words that must stand beside or in the photo.
    public let exact: [String]
    /// Part of the camera's name, in lower case.
    public let camera: String?
    /// Which characters were read as what, in their order.
    public let spans: [Span]
    /// For a person: how doubtful parts were read.
    public let notes: [String]

    /// All that there is to say of how it was read.
    public var note: String? { notes.isEmpty ? nil : notes.joined(separator: "; ") }

    /// Reads what a person asks for, as `read_query` in `photosearch/query/read.py`.
    ///
    /// What stands in no span is in a term.
    ///
    /// - Parameters:
    ///   - text: What was typed. Any text with a visible character is a query.
    ///   - now: What the clock shows there, from which dates such as "last summer" are told.
    ///   - zone: An IANA name, such as `Europe/Berlin`: its people's habits decide how 3/4/2021 is
    ///     read, and when summer is unless a library says.
    ///   - library: Where and when photos were taken, to tell which Paris is meant.
    /// - Throws: `PhotoSearchError` of kind `query` if there is no visible character.
    /// - Complexity: O(n) in the length of the text.
    public init(
        reading text: String, now: WallClock, zone: String, library: LibraryPlaces? = nil
    ) throws(PhotoSearchError) {
        try self.init(reading: text, now: now, zone: zone, facts: library.map(LibraryFacts.init))
    }

    /// As above, by what a library says when it is asked.
    init(
        reading text: String, now: WallClock, zone: String, facts: LibraryFacts?
    ) throws(PhotoSearchError) {
        let parser = try QueryParser(text)
        let clock = Clock(now: now, zone: zone, library: facts)
        let found = Self.collected(parser.negated(parser.parts()), clock)
        self.init(text, found, parser)
    }

    private init(_ text: String, _ found: Collected, _ parser: QueryParser) {
        let terms = found.allTerms
        let notes = found.notes + (found.languageNote.map { [$0] } ?? [])
        let limited = parser.limited(terms, notes: notes, isRead: !found.spans.isEmpty)
        let isWhole = !limited.whole.isEmpty
        query = text
        self.terms = isWhole ? limited.whole : terms
        any = isWhole ? [] : found.any
        (when, near, away) = isWhole ? (nil, nil, nil) : (found.when, found.near, found.away)
        media = isWhole ? [] : found.media
        favourites = !isWhole && found.isFavourites
        exact = isWhole ? [] : found.exact
        camera = isWhole ? nil : found.camera
        spans = isWhole ? [] : found.spans.sorted { $0.from < $1.from }
        self.notes = limited.notes
    }

    /// The part of the query that a span is of, for the tokens of a search field.
    ///
    /// - Complexity: O(n) in the length of the query.
    public func range(of span: Span) -> Range<String.Index> {
        let scalars = query.unicodeScalars
        let start = scalars.index(scalars.startIndex, offsetBy: span.from)
        return start..<scalars.index(start, offsetBy: span.to - span.from)
    }
}

/// Characters of a query that were read as something, counted as Unicode code points.
public struct Span: Sendable, Hashable {
    /// What they were read as.
    public enum Kind: String, Sendable, CaseIterable {
        case any, camera, exact, favourites, media, near, not, weight, when
    }

    public let from: Int
    /// Behind the last one.
    public let to: Int
    public let kind: Kind

    init(_ range: Range<Int>, _ kind: Kind) {
        (from, to, self.kind) = (range.lowerBound, range.upperBound, kind)
    }
}

/// A named circle on Earth.
public struct NamedPlace: Sendable, Hashable {
    public let name: String
    /// Degrees, north positive.
    public let latitude: Double
    /// Degrees, east positive.
    public let longitude: Double
    public let radiusKM: Double

    init(_ name: String, latitude: Double, longitude: Double, radiusKM: Double) {
        (self.name, self.radiusKM) = (name, radiusKM)
        (self.latitude, self.longitude) = (latitude, longitude)
    }

    init(_ place: GazetteerPlace) {
        self.init(
            place.name, latitude: place.latitude, longitude: place.longitude,
            radiusKM: place.radiusKm)
    }

    /// As a filter has it.
    public var near: Near {
        Near(latitude: latitude, longitude: longitude, radius: radiusKM * 1000)
    }
}
