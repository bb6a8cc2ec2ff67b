/// What a word is looked up by: UTF-8, compared byte by byte.
///
/// Two strings of Swift are equal if they are canonically equivalent, which Python's are not.
struct WordKey: Hashable, Sendable {
    let bytes: [UInt8]

    static let empty = WordKey(bytes: [])

    var isEmpty: Bool { bytes.isEmpty }

    static func == (left: WordKey, right: WordKey) -> Bool {
        left.bytes == right.bytes
    }

    static func == (key: WordKey, text: StaticString) -> Bool {
        text.withUTF8Buffer { $0.elementsEqual(key.bytes) }
    }

    static func != (key: WordKey, text: StaticString) -> Bool {
        !(key == text)
    }

    func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// Without an "s" at its end.
    var singular: WordKey {
        bytes.last == UInt8(ascii: "s") ? WordKey(bytes: bytes.dropLast()) : self
    }

    /// What stands before and behind the first of a sign; nothing behind it if there is none.
    func parted(at sign: StaticString) -> (head: WordKey, tail: WordKey)? {
        let code = sign.withUTF8Buffer { $0[0] }
        guard let at = bytes.firstIndex(of: code) else { return nil }
        return (WordKey(bytes: bytes[..<at]), WordKey(bytes: bytes[(at + 1)...]))
    }

    /// The number that it writes with ASCII digits and nothing else.
    var number: Int? {
        guard !isEmpty, bytes.allSatisfy(Self.isDigit) else { return nil }
        return bytes.reduce(0) { min($0, 1_000_000) * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// The code points, if any is not ASCII.
    var codes: [UInt32] { String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value) }
}

extension WordKey {
    private init(bytes: ArraySlice<UInt8>) {
        self.bytes = Array(bytes)
    }

    init(_ text: some Sequence<UInt8>) {
        bytes = Array(text)
    }

    /// As `key_of` in `photosearch/query/words.py`: "Château," is "chateau", "New-Year’s" is
    /// "new-years". A sign that stands alone is itself, a dash of any kind "-".
    init(of text: some Collection<UInt32>) {
        var plain = text.allSatisfy { $0 < 0x80 } ? Self.lower(text) : Self.folded(text)
        let start = plain.firstIndex { !Self.isAround($0) || $0 == 0x2D } ?? plain.endIndex
        if start < plain.endIndex {
            let end = plain.lastIndex { !Self.isAround($0) } ?? start
            plain = Array(plain[start...end])
        }
        bytes =
            plain.allSatisfy { $0 < 0x80 }
            ? plain.map { UInt8(truncatingIfNeeded: $0) } : Array(QueryParser.string(plain).utf8)
    }

    private static func lower(_ text: some Collection<UInt32>) -> [UInt32] {
        text.compactMap { code in
            if code == 0x27 { return nil }
            return (0x41...0x5A).contains(code) ? code + 0x20 : code
        }
    }

    private static func folded(_ text: some Collection<UInt32>) -> [UInt32] {
        var plain = Normalization.casefold(Array(text))
        plain.removeAll(where: QueryVocabulary.apostrophes.contains)
        plain = plain.map { QueryVocabulary.dashes.contains($0) ? 0x2D : $0 }
        guard plain.contains(where: { $0 >= 0x80 }) else { return plain }
        return Normalization.nfd(plain).filter { !CharacterFlags(of: $0).contains(.mark) }
    }

    private static func isAround(_ code: UInt32) -> Bool {
        CharacterFlags(of: code).contains(.punctuation)
            && !QueryVocabulary.numericSigns.contains(code)
    }
}

// MARK: Tables

extension WordKey {
    /// The words of a text with spaces or line breaks between them.
    static func words(_ text: StaticString) -> [WordKey] {
        text.withUTF8Buffer { bytes in
            bytes.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map { WordKey($0) }
        }
    }

    static func set(_ text: StaticString) -> Set<WordKey> {
        Set(words(text))
    }

    /// Of words such as "may:5".
    static func numbers(_ text: StaticString) -> [WordKey: Int] {
        texts(text).compactMapValues { Int(String(decoding: $0.bytes, as: UTF8.self)) }
    }

    /// Of words such as "days:day".
    static func texts(_ text: StaticString) -> [WordKey: WordKey] {
        Dictionary(
            words(text).compactMap { $0.parted(at: ":") }.map { ($0.head, $0.tail) },
            uniquingKeysWith: { first, _ in first })
    }

    /// "Asia: Dili Jakarta": sets by the words with a colon before them.
    static func groups(_ text: StaticString) -> [WordKey: Set<WordKey>] {
        var groups: [WordKey: Set<WordKey>] = [:]
        var name = WordKey.empty
        for word in words(text) {
            if word.bytes.last == UInt8(ascii: ":") {
                name = WordKey(bytes: word.bytes.dropLast())
            } else {
                groups[name, default: []].insert(word)
            }
        }
        return groups
    }
}

/// Names of several words and what they stand for, by the first word, the longer ones first.
struct Names<Value: Sendable>: Sendable {
    private let byFirst: [WordKey: [(words: [WordKey], value: Value)]]

    /// - Parameter names: Of one first word, the longer ones first.
    init(_ names: [(StaticString, Value)]) {
        var byFirst: [WordKey: [(words: [WordKey], value: Value)]] = [:]
        for (name, value) in names {
            let words = WordKey.words(name)
            byFirst[words[0], default: []].append((words, value))
        }
        self.byFirst = byFirst
    }

    subscript(first: WordKey) -> [(words: [WordKey], value: Value)] { byFirst[first] ?? [] }
}
