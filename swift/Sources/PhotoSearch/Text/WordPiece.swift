/// WordPiece, the tokenizer of BERT and of the built-in model: lower case, longest match first.
///
/// Exact against `photosearch.text.wordpiece`, which describes the steps, and so against
/// transformers' BertTokenizer on the same vocabulary: M. Schuster and K. Nakajima, "Japanese and
/// Korean voice search" (2012).
///
/// ```swift
/// let tokenizer = try ModelBundle(at: url).tokenizer()
/// tokenizer.encode("A dog on the beach")  // [CLS] a dog on the beach [SEP], as ids
/// ```
struct WordPiece: Tokenizer {
    static let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    private static let mostCharacters = 100  // of a word, after normalisation

    let context: Int
    var padID: Int32 { 0 }
    private let words: PieceTable
    private let tails: PieceTable  // without the "##" of a piece that continues a word
    private let special: [(name: [UInt8], id: Int32)]
    private let unknown, start, end: Int32
    private let spelling: Spelling?

    /// A vocabulary gives each piece the id of its place; `[PAD]` is id 0.
    ///
    /// - Parameters:
    ///   - pieces: The vocabulary; `[UNK]`, `[CLS]` and `[SEP]` are found by name.
    ///   - known: Words known besides, the likelier first: with some, slips of typing are mended.
    ///   - context: Tokens, `[CLS]` and `[SEP]` included.
    /// - Throws: `PhotoSearchError` of kind `bundle` if one of these is missing, of kind `usage` if
    ///   `context` is below 2.
    init(
        pieces: [ArraySlice<UInt8>], known: [ArraySlice<UInt8>], context: Int
    ) throws(PhotoSearchError) {
        guard pieces.first?.elementsEqual("[PAD]".utf8) == true else {
            let got = pieces.first.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
            throw PhotoSearchError(.bundle, "vocabulary: got \(got) first, expected [PAD]")
        }
        var words = PieceTable(capacity: pieces.count)
        var tails = PieceTable(capacity: pieces.count)
        for (id, piece) in pieces.enumerated() {
            piece.withUnsafeBufferPointer { bytes in
                words.insert(bytes, id: Int32(id))
                if bytes.starts(with: "##".utf8) {
                    tails.insert(UnsafeBufferPointer(rebasing: bytes[2...]), id: Int32(id))
                }
            }
        }
        let ids = Self.specials.map { words.id(of: $0) }
        let missing = zip(Self.specials, ids).prefix(4).filter { $0.1 == nil }.map(\.0)
        guard let unknown = ids[1], let start = ids[2], let end = ids[3] else {
            throw PhotoSearchError(
                .bundle, "vocabulary: \(missing.joined(separator: ", ")) not found")
        }
        try checkContext(context)
        special = zip(Self.specials, ids).compactMap { name, id in id.map { (Array(name.utf8), $0) }
        }
        (self.words, self.tails, self.context) = (words, tails, context)
        (self.unknown, self.start, self.end) = (unknown, start, end)
        spelling = known.isEmpty ? nil : Spelling(words: known, vocabulary: words)
    }

    /// The number of different pieces.
    var count: Int { words.count }

    func encode(_ text: String) -> [Int32] {
        var text = text
        return text.withUTF8 { encode(utf8: $0) }
    }

    private func encode(utf8: UnsafeBufferPointer<UInt8>) -> [Int32] {
        let room = context - 1
        var ids: [Int32] = [start]
        ids.reserveCapacity(min(context, 16 + utf8.count / 3))
        var from = 0
        while ids.count < room, from < utf8.count {
            let (part, id) = nextSpecial(utf8, from: from)
            appendWords(UnsafeBufferPointer(rebasing: utf8[from..<part.lowerBound]), to: &ids, room)
            if let id { ids.append(id) }
            from = part.upperBound
        }
        ids.removeLast(max(0, ids.count - room))
        ids.append(end)
        return ids
    }

    /// Where the next piece like "[SEP]" stands, typed exactly so; the end if there is none.
    private func nextSpecial(
        _ utf8: UnsafeBufferPointer<UInt8>, from: Int
    ) -> (Range<Int>, Int32?) {
        for at in from..<utf8.count where utf8[at] == UInt8(ascii: "[") {
            for (name, id) in special where utf8[at...].starts(with: name) {
                return (at..<at + name.count, id)
            }
        }
        return (utf8.count..<utf8.count, nil)
    }

    private func appendWords(
        _ utf8: UnsafeBufferPointer<UInt8>, to ids: inout [Int32], _ room: Int
    ) {
        BertWords.forEach(in: utf8) { word, characters in
            append(word, characters, to: &ids)
            return ids.count < room
        }
    }

    private func append(
        _ word: UnsafeBufferPointer<UInt8>, _ characters: Int, to ids: inout [Int32]
    ) {
        guard characters <= Self.mostCharacters else {
            ids.append(unknown)
            return
        }
        if let id = words.id(of: word, PieceTable.Hash.of(word)) {
            ids.append(id)
        } else if let meant = spelling?.mended(word) {
            meant.withUnsafeBufferPointer { appendPieces(of: $0, to: &ids) }
        } else {
            appendPieces(of: word, to: &ids)
        }
    }

    private func appendPieces(of word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
        let before = ids.count
        var at = 0
        while at < word.count {
            let rest = UnsafeBufferPointer(rebasing: word[at...])
            guard let (id, length) = longestPiece(rest, at == 0 ? words : tails) else {
                ids.removeLast(ids.count - before)
                ids.append(unknown)
                return
            }
            ids.append(id)
            at += length
        }
    }

    /// The longest key that the bytes begin with. A key is whole characters, so it ends at one.
    private func longestPiece(
        _ bytes: UnsafeBufferPointer<UInt8>, _ table: PieceTable
    ) -> (Int32, Int)? {
        var hash = PieceTable.Hash()
        var found: (Int32, Int)?
        for length in 1...max(1, min(bytes.count, table.longest)) {
            hash.add(bytes[length - 1])
            let piece = UnsafeBufferPointer(rebasing: bytes[..<length])
            if let id = table.id(of: piece, hash) { found = (id, length) }
        }
        return found
    }
}

extension WordPiece {
    /// Reads `vocab.txt`, and `words.txt` if slips of typing are mended.
    ///
    /// UTF-8, one piece or word a line, white space at its end dropped.
    init(directory: String, mends: Bool, context: Int) throws(PhotoSearchError) {
        try self.init(
            pieces: Self.lines(of: "\(directory)/vocab.txt"),
            known: mends ? Self.lines(of: "\(directory)/words.txt") : [], context: context)
    }

    private static func lines(of path: String) throws(PhotoSearchError) -> [ArraySlice<UInt8>] {
        let bytes: [UInt8]
        do {
            bytes = try OpenFile.bytes(path)
        } catch {
            throw PhotoSearchError(.bundle, "cannot read \(path): \(error)")
        }
        guard bytes.withUnsafeBufferPointer({ UTF8Check.firstInvalid($0) }) == nil else {
            throw PhotoSearchError(.bundle, "\(path) is not UTF-8")
        }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map(withoutSpaceAtEnd)
    }

    private static func withoutSpaceAtEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if let last = line.last, last > 0x20, last < 0x7F { return line }  // nearly all
        let text = String(decoding: line, as: UTF8.self).unicodeScalars
        let end = text.lastIndex { !CharacterFlags(of: $0.value).contains(.space) }
        let kept = text[..<(end.map(text.index(after:)) ?? text.startIndex)]
        return line.prefix(String(kept).utf8.count)
    }
}
