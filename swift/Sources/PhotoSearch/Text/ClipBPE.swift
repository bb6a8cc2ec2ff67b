/// CLIP's tokenizer: byte-pair encoding (BPE) within words.
///
/// Exact against `photosearch.text.clip_bpe`, which describes the steps, and so against
/// transformers' CLIPTokenizer on the same vocabulary and merges: A. Radford et al., "Learning
/// transferable visual models from natural language supervision" (2021).
struct ClipBPE: Tokenizer {
    static let start = "<|startoftext|>"
    static let end = "<|endoftext|>"
    static let wordEnd = "</w>"

    let context: Int
    let padID: Int32
    private let startID, endID: Int32
    private let merges: MergeTable
    private let inside: [Int32]  // byte to id
    private let last: [Int32]  // the same for the last byte of a word

    /// - Parameters:
    ///   - files: The vocabulary and the merges in the order learned.
    ///   - context: Tokens, start and end included.
    ///   - padID: What fills batches; nil for the end token.
    /// - Throws: `PhotoSearchError` of kind `bundle` if a merge makes a piece that is not in the
    ///   vocabulary, or start or end are missing; of kind `usage` if `context` is below 2.
    init(_ files: ClipFiles, context: Int, padID: Int32?) throws(PhotoSearchError) {
        func id(_ piece: [UInt8]) throws(PhotoSearchError) -> Int32 {
            guard let id = files.vocabulary.id(of: piece) else {
                let name = String(decoding: piece, as: UTF8.self)
                throw PhotoSearchError(.bundle, "vocabulary: '\(name)' not found")
            }
            return id
        }
        (startID, endID) = (try id(Array(Self.start.utf8)), try id(Array(Self.end.utf8)))
        var merges = MergeTable(capacity: files.merges.count)
        for (rank, pair) in files.merges.enumerated() {
            merges.insert(
                try id(pair.first), try id(pair.second),
                MergeTable.Merge(rank: Int32(rank), id: try id(pair.first + pair.second)))
        }
        try checkContext(context)
        self.merges = merges
        self.context = context
        self.padID = padID ?? endID
        let unknown = endID
        let characters = Self.byteCharacters.map { Array(String($0).utf8) }
        inside = characters.map { files.vocabulary.id(of: $0) ?? unknown }
        last = characters.map { files.vocabulary.id(of: $0 + Array(Self.wordEnd.utf8)) ?? unknown }
    }

    func encode(_ text: String) -> [Int32] {
        var text = text
        return text.withUTF8 { encode(utf8: $0) }
    }

    private func encode(utf8: UnsafeBufferPointer<UInt8>) -> [Int32] {
        let room = context - 1
        var ids: [Int32] = [startID]
        ids.reserveCapacity(min(context, 16 + utf8.count / 3))
        var word: [Int32] = []
        var from = 0
        while ids.count < room, from < utf8.count {
            let (part, id) = nextSpecial(utf8, from: from)
            ClipWords.forEach(in: UnsafeBufferPointer(rebasing: utf8[from..<part.lowerBound])) {
                append($0, to: &ids, &word)
                return ids.count < room
            }
            if let id { ids.append(id) }
            from = part.upperBound
        }
        ids.removeLast(max(0, ids.count - room))
        ids.append(endID)
        return ids
    }

    /// Where start or end stands, typed exactly so; the end of the text if neither does.
    private func nextSpecial(
        _ utf8: UnsafeBufferPointer<UInt8>, from: Int
    ) -> (Range<Int>, Int32?) {
        for at in from..<utf8.count where utf8[at] == UInt8(ascii: "<") {
            for (name, id) in [(Self.start, startID), (Self.end, endID)]
            where utf8[at...].starts(with: name.utf8) {
                return (at..<at + name.utf8.count, id)
            }
        }
        return (utf8.count..<utf8.count, nil)
    }

    private func append(
        _ bytes: UnsafeBufferPointer<UInt8>, to ids: inout [Int32], _ word: inout [Int32]
    ) {
        word.removeAll(keepingCapacity: true)
        for byte in bytes { word.append(inside[Int(byte)]) }
        word[word.count - 1] = last[Int(bytes[bytes.count - 1])]
        merges.merge(&word)
        ids.append(contentsOf: word)
    }

    /// The printable character that stands for each byte in the vocabulary, by byte.
    ///
    /// As in https://github.com/openai/gpt-2/blob/master/src/encoder.py, `bytes_to_unicode`.
    static let byteCharacters: [Unicode.Scalar] = {
        var others: UInt32 = 0x100
        return (0..<0x100).map { (byte: UInt32) in
            let isPrintable =
                (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
            defer { others += isPrintable ? 0 : 1 }
            return Unicode.Scalar(isPrintable ? byte : others) ?? "?"
        }
    }()
}
