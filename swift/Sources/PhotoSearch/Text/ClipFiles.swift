/// Reads CLIP's vocabulary and merges from the file formats in which they are published, as
/// `photosearch.text.clip_files` does.
///
/// | file | written by |
/// |-|-|
/// | `tokenizer.json` | transformers 5; vocabulary and merges in one |
/// | `vocab.json` and `merges.txt` | transformers before that |
/// | `bpe_simple_vocab_16e6.txt` | OpenAI, unpacked: merges only, the ids follow from their order |
struct ClipFiles {
    typealias Pair = (first: [UInt8], second: [UInt8])

    private static let openAI = "bpe_simple_vocab_16e6.txt"
    private static let openAISize = 49_408  // ids that CLIP's towers have, of more merges listed

    private(set) var vocabulary: Vocabulary
    private(set) var merges: [Pair]

    /// Piece to id; a piece that is listed twice has the last id.
    struct Vocabulary {
        private var table: PieceTable

        init(_ pieces: [(piece: [UInt8], id: Int32)]) {
            table = PieceTable(capacity: pieces.count)
            for (piece, id) in pieces {
                piece.withUnsafeBufferPointer { table.insert($0, id: id) }
            }
        }

        func id(of piece: [UInt8]) -> Int32? {
            piece.withUnsafeBufferPointer { table.id(of: $0, PieceTable.Hash.of($0)) }
        }
    }

    /// - Throws: `PhotoSearchError` of kind `bundle` if no form is there, or it cannot be read.
    init(directory: String) throws(PhotoSearchError) {
        do {
            if let json = try Self.read("\(directory)/tokenizer.json") {
                (vocabulary, merges) = try Self.fromTokenizer(JSONReader.read(json))
            } else if let json = try Self.read("\(directory)/vocab.json") {
                let lines = Self.lines(try OpenFile.bytes("\(directory)/merges.txt"))
                vocabulary = try Self.vocabulary(JSONReader.read(json))
                merges = try Self.pairs(lines)
            } else if let text = try Self.read("\(directory)/\(Self.openAI)") {
                (vocabulary, merges) = try Self.fromOpenAI(text)
            } else {
                throw try Self.absence(directory)
            }
        } catch let error as PhotoSearchError {
            throw error
        } catch let error as FileError {
            throw PhotoSearchError(
                .bundle, "cannot read the CLIP vocabulary in \(directory): \(error)")
        } catch {
            throw PhotoSearchError(.bundle, "damaged CLIP vocabulary in \(directory): \(error)")
        }
    }

    /// Names what is missing; a packed vocabulary is there, but only Python unpacks it.
    private static func absence(_ directory: String) throws(FileError) -> PhotoSearchError {
        let packed = "\(openAI).gz"
        if try read("\(directory)/\(packed)") != nil {
            return PhotoSearchError(
                .bundle,
                """
                \(directory): got \(packed), expected \(openAI): unpack it with \
                'gunzip \(packed)'
                """)
        }
        return PhotoSearchError(
            .bundle,
            """
            no CLIP vocabulary in \(directory): expected tokenizer.json, vocab.json and \
            merges.txt, or \(openAI)
            """)
    }

    /// A file's bytes, or nil if there is none.
    private static func read(_ path: String) throws(FileError) -> [UInt8]? {
        do {
            return try OpenFile.bytes(path)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    private struct Damage: Error, CustomStringConvertible {
        let description: String
    }

    private static func fromTokenizer(_ json: JSONValue) throws -> (Vocabulary, [Pair]) {
        guard let model = json["model"], model["type"]?.stringValue == "BPE" else {
            throw Damage(description: "tokenizer.json: expected a BPE model")
        }
        let listed = model["merges"]?.arrayValue ?? []
        let merges = try listed.map { merge in
            if let text = merge.stringValue { return try pair(Array(text.utf8)) }
            guard let both = merge.arrayValue?.compactMap(\.stringValue), both.count == 2 else {
                throw Damage(description: "merges: expected pairs")
            }
            return (Array(both[0].utf8), Array(both[1].utf8))
        }
        return (try vocabulary(model["vocab"] ?? .null), merges)
    }

    private static func vocabulary(_ json: JSONValue) throws -> Vocabulary {
        guard let members = json.objectValue else {
            throw Damage(description: "vocabulary: got \(json.typeName), expected an object")
        }
        return Vocabulary(
            try members.map { member in
                guard let id = member.value.integerValue, (0...Int(Int32.max)).contains(id) else {
                    throw Damage(description: "vocabulary: '\(member.key)' has no id")
                }
                return (Array(member.key.utf8), Int32(id))
            })
    }

    /// Ids: 256 bytes, printable ones first; 256 that end a word; the merges; start; end.
    private static func fromOpenAI(_ text: [UInt8]) throws -> (Vocabulary, [Pair]) {
        let symbols = ClipBPE.byteCharacters.map(\.value).sorted()
            .compactMap(Unicode.Scalar.init).map { Array(String($0).utf8) }
        let most = openAISize - 2 * symbols.count - 2
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).dropFirst()
        let merges = try pairs(lines.prefix(most).map(Array.init))
        let ends = symbols.map { $0 + Array(ClipBPE.wordEnd.utf8) }
        let pieces =
            symbols + ends + merges.map { $0.first + $0.second }
            + [Array(ClipBPE.start.utf8), Array(ClipBPE.end.utf8)]
        return (Vocabulary(pieces.enumerated().map { ($1, Int32($0)) }), merges)
    }

    /// Lines that end in LF, CR LF or CR.
    private static func lines(_ text: [UInt8]) -> [[UInt8]] {
        text.split(omittingEmptySubsequences: true) { $0 == 0x0A || $0 == 0x0D }.map(Array.init)
    }

    /// One pair a line, apart by a space; blank lines and the "#version" line are no pairs.
    private static func pairs(_ lines: [[UInt8]]) throws -> [Pair] {
        try lines.compactMap { line in
            let isPair = !line.isEmpty && !line.starts(with: "#version".utf8)
            return isPair ? try pair(line.last == 0x0D ? Array(line.dropLast()) : line) : nil
        }
    }

    private static func pair(_ line: [UInt8]) throws -> Pair {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 2 else {
            let text = String(decoding: line, as: UTF8.self)
            throw Damage(description: "merges: got '\(text)', expected a pair")
        }
        return (parts[0], parts[1])
    }
}

extension ClipBPE {
    /// From whichever form of CLIP's vocabulary the directory holds.
    init(directory: String, context: Int, padID: Int32?) throws(PhotoSearchError) {
        try self.init(ClipFiles(directory: directory), context: context, padID: padID)
    }
}
