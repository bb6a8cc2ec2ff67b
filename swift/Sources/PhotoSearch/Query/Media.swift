// Words for kinds of photos, as `photosearch/query/media.py`: selfies, black and white.

/// A kind of photo that words name, and the place behind the last of these words.
struct MediaFound {
    let end: Int
    /// As in `photosearch/query/media.py`.
    let kind: String
}

enum MediaWords {
    static let favourites = "favourites"

    private struct Kind {
        let name: String
        let isCertain: Bool
        /// "in black and white" is a kind of photo, whatever stands around it.
        let mayBeLed: Bool
        /// Words behind which it is no kind of photo.
        let otherwise: Set<WordKey>
    }

    private static let kinds = Names(
        named(QueryVocabulary.certainMedia, isCertain: true)
            + named(QueryVocabulary.doubtfulMedia, isCertain: false))

    private static func named(_ names: [(StaticString, StaticString)], isCertain: Bool)
        -> [(StaticString, Kind)]
    {
        names.map { name, kind in
            let key = WordKey.words(kind)[0]
            return (
                name,
                Kind(
                    name: "\(kind)", isCertain: isCertain,
                    mayBeLed: QueryVocabulary.ledMedia.contains(key),
                    otherwise: QueryVocabulary.otherwise[key] ?? [])
            )
        }
    }

    /// The kind of photo that the words from a place on name.
    ///
    /// - Parameters:
    ///   - isStart: Nothing plain stands before it.
    ///   - ends: Whether nothing plain stands at a place: a comma, the end, or what is read as
    ///     something else.
    static func read(_ run: Run, _ at: Int, isStart: Bool, ends: (Int) -> Bool) -> MediaFound? {
        let isFollowed = !run.next(at + 1).isEmpty
        let isLed = isFollowed && run.key(at) == "in"
        let isBehindArticle = isFollowed && QueryVocabulary.mediaArticles.contains(run.key(at))
        let start = isLed || isBehindArticle ? at + 1 : at
        for (words, kind) in kinds[run.key(start)] where run.reads(words, at: start) {
            let behind = start + words.count
            if !isLed, QueryVocabulary.photo.contains(run.next(behind)) {
                return MediaFound(end: behindOf(run, behind + 1), kind: kind.name)
            }
            if kind.isCertain {
                return isLed || kind.otherwise.contains(run.next(behind))
                    ? nil : MediaFound(end: behindOf(run, behind), kind: kind.name)
            }
            if isLed ? kind.mayBeLed : isStart && ends(behind) {
                return MediaFound(end: behind, kind: kind.name)
            }
        }
        return nil
    }

    /// Behind an "of": "screenshots of receipts" are receipts that are screenshots.
    private static func behindOf(_ run: Run, _ at: Int) -> Int {
        run.next(at) == "of" && !run.next(at + 1).isEmpty ? at + 1 : at
    }
}
