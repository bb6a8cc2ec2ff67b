/// What a query was read as, and what it found.
///
/// ```swift
/// let results = try await index.answer("beach last summer", collapsing: nil)
/// results.reading.tokens.map(\.text)  // ["last summer"]
/// results.reading.reasons(for: results.groups[0].best).taken  // 2026-07-14T11:30:00
/// ```
public struct SearchResults: Sendable, Hashable {
    public let reading: QueryReading
    /// Best first; of one photo each unless photos were collapsed.
    public let groups: [HitGroup]

    /// For previews and tests, too.
    public init(reading: QueryReading, groups: [HitGroup]) {
        (self.reading, self.groups) = (reading, groups)
    }
}

/// Why a photo is a result of a query.
public struct MatchReasons: Sendable, Hashable {
    /// What was looked for in the picture.
    public let meaning: [String]
    /// Where words of the query stand beside the photo, or in its picture.
    public let fields: [TextField]
    /// When it was taken, by the camera's clock, if a time was asked for.
    public let taken: WallClock?
    /// Where it was taken, if a place was asked for: there by its coordinates, or by the words beside it.
    public let place: NamedPlace?
    /// What it is of the kinds that were asked for.
    public let media: [MediaFilter]
}

extension QueryReading {
    /// Why a photo that was found is among the results.
    public func reasons(for hit: Hit) -> MatchReasons {
        MatchReasons(
            meaning: terms.filter { $0.weight > 0 }.map(\.text) + any.flatMap { $0 },
            fields: hit.matched,
            taken: when == nil ? nil : hit.info?.cameraTime.flatMap(WallClock.init(microseconds:)),
            place: near,
            media: media.compactMap(MediaFilter.init).filter { filter in
                filter.kind.map { hit.info?.media.contains($0) ?? false } ?? false
            })
    }

    /// The parts that were read as something, for the tokens of a search field.
    public var tokens: [QueryToken] {
        spans.map { QueryToken(text: String(query[range(of: $0)]), kind: $0.kind) }
    }
}

/// A part of a query that was read as something, as it was typed.
public struct QueryToken: Sendable, Hashable, Identifiable {
    public let text: String
    public let kind: Span.Kind

    public var id: Self { self }

    public init(text: String, kind: Span.Kind) {
        (self.text, self.kind) = (text, kind)
    }

    /// The query of parts that stand before a text: each is read as it was before.
    ///
    /// - Parameters:
    ///   - tokens: In the order in which they stand.
    ///   - text: What was typed besides; it may be empty.
    public static func query(_ tokens: [QueryToken], before text: String) -> String {
        tokens.map { $0.isClosed ? "\($0.text) " : "\($0.text), " }.joined() + text
    }

    /// Whether nothing behind it can be taken for a part of it, so that no comma is needed.
    private var isClosed: Bool {
        switch kind {
        case .exact, .weight: true
        case .not: CodePoints.of(text).first.map(QueryParser.minuses.contains) ?? false
        case .any, .camera, .favourites, .media, .near, .when: false
        }
    }
}
