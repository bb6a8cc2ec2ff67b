// What is said of a photo in words, and how the catalog stores it.

/// What is said of a photo in words, by its file or by its library. nil or empty means: nothing.
public struct PhotoTexts: Sendable, Hashable {
    /// Of its file, for a photo whose source is no path.
    public let name: String?
    /// The name of an album that holds it, for a photo whose source is no path.
    public let album: String?
    public let title: String?
    public let description: String?
    public let keywords: [String]
    /// Names of people in the picture.
    public let people: [String]

    public init(
        name: String? = nil, album: String? = nil, title: String? = nil,
        description: String? = nil, keywords: [String] = [], people: [String] = []
    ) {
        (self.name, self.album, self.title) = (name, album, title)
        (self.description, self.keywords, self.people) = (description, keywords, people)
    }
}

/// Where words can stand beside a photo, or in its picture.
public enum TextField: String, Sendable, CaseIterable {
    case name, album, title, description, keywords, people, recognised
}

/// Words of names, as `photosearch/index/texts/text_rows.py` has them.
enum TextWords {
    /// Between the entries of a list: a word to FTS5, so that no phrase goes from one to the next.
    static let mark: Unicode.Scalar = "\u{E000}"
    private static let separator = " \(mark) "

    /// The text with blanks between words that are written together: `IMG 2034` of `IMG2034`.
    static func apart(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var made = String.UnicodeScalarView()
        for (place, scalar) in scalars.enumerated() {
            let next = place + 1 < scalars.count ? scalars[place + 1] : nil
            if place > 0, isInner(scalars[place - 1], scalar, next) { made.append(" ") }
            made.append(scalar)
        }
        return String(made)
    }

    /// Only A to Z have a case, only 0 to 9 are digits, and all beyond ASCII are letters.
    private static func isInner(
        _ before: Unicode.Scalar, _ here: Unicode.Scalar, _ next: Unicode.Scalar?
    ) -> Bool {
        switch here {
        case "A"..."Z":
            if isSmall(before) || isDigit(before) { return true }
            return (isCapital(before) || !before.isASCII) && next.map(isSmall) == true
        case "a"..."z": return isDigit(before)
        case "0"..."9": return isSmall(before) || isCapital(before) || !before.isASCII
        default: return !here.isASCII && isDigit(before)
        }
    }

    private static func isSmall(_ scalar: Unicode.Scalar) -> Bool { "a"..."z" ~= scalar }
    private static func isCapital(_ scalar: Unicode.Scalar) -> Bool { "A"..."Z" ~= scalar }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { "0"..."9" ~= scalar }

    /// The words of a file's name, without its suffix, and of the folder that holds it; nil for what
    /// is no path.
    static func names(of source: PhotoSource) -> (name: String?, album: String?) {
        let path = Array(source.description.unicodeScalars)
        guard let slash = path.lastIndex(of: "/"), path.first == "/" else { return (nil, nil) }
        let folder = path[..<slash]
        let above = folder.lastIndex(of: "/").map { folder.index(after: $0) } ?? 0
        return (named(path[(slash + 1)...]), withParts(folder[above...]))
    }

    /// Of the name of a file: without its suffix.
    static func named(_ name: some BidirectionalCollection<Unicode.Scalar>) -> String? {
        let dot = name.lastIndex(of: ".")
        let isHidden = dot == nil || dot == name.startIndex
        return withParts(isHidden ? name[...] : name[..<(dot ?? name.endIndex)])
    }

    /// As it is written; if words are written together, they follow once more, set apart.
    static func withParts(_ name: some Collection<Unicode.Scalar>) -> String? {
        let whole = String(String.UnicodeScalarView(name))
        let parts = apart(whole)
        if whole.isEmpty { return nil }
        return parts.unicodeScalars.count == name.count ? whole : "\(whole) \(parts)"
    }

    /// Values for `title, description, keywords, people`.
    static func values(_ texts: PhotoTexts?) -> [SQLValue] {
        [
            text(texts?.title), text(texts?.description), list(texts?.keywords ?? []),
            list(texts?.people ?? []),
        ]
    }

    private static func text(_ text: String?) -> SQLValue {
        guard let text = text.map(plain), !text.isEmpty else { return .null }
        return .text(text)
    }

    private static func list(_ entries: [String]) -> SQLValue {
        text(entries.map(plain).filter { !$0.isEmpty }.joined(separator: separator), isPlain: true)
    }

    private static func text(_ text: String, isPlain: Bool) -> SQLValue {
        text.isEmpty ? .null : .text(text)
    }

    /// Without the mark and without NUL, on one line.
    static func plain(_ text: String) -> String {
        let words = text.unicodeScalars.split {
            $0 == mark || $0 == "\0" || $0.properties.isWhitespace
        }
        return words.map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
    }
}
