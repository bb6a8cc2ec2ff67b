// What a photo was taken with, as `photosearch/query/cameras.py`.
//
// shot on iPhone 12, taken with a Canon, with my Leica

enum CameraWords {
    private static let leads = Names(QueryVocabulary.cameraLeads.map { ($0, ()) })

    /// A camera in lower case, and the place behind its last word.
    static func read(_ run: Run, _ at: Int) -> (camera: String, end: Int)? {
        guard leads[run.key(at)].contains(where: { run.reads($0.words, at: at) }) else {
            return nil
        }
        let isArticle = QueryVocabulary.cameraArticles.contains(run.next(at + 2))
        let start = isArticle ? at + 3 : at + 2
        guard QueryVocabulary.makes.contains(run.next(start)) else { return nil }
        var end = start + 1
        while isOfModel(run.next(end)) { end += 1 }
        let keys = (start..<end).map { run.key($0).bytes }
        let name = keys.joined(separator: CollectionOfOne(UInt8(ascii: " ")))
        return (String(decoding: Array(name), as: UTF8.self), end)
    }

    private static func isOfModel(_ key: WordKey) -> Bool {
        QueryVocabulary.models.contains(key) || hasDigit(key) && !isYear(key)
    }

    /// Whether any of the first characters is a digit.
    private static func hasDigit(_ key: WordKey) -> Bool {
        guard key.bytes.contains(where: WordKey.isDigit) else { return false }
        return key.codes.prefix(16).contains(where: QueryParser.isDigit)
    }

    private static func isYear(_ key: WordKey) -> Bool {
        key.bytes.count == 4 && key.number.map { (1900...2099).contains($0) } == true
    }
}
