/// Splits a text into words as CLIP does: composed (NFC), lower case, without white space.
enum ClipWords {
    private enum Kind {
        case letter, number, space, other
    }

    private static let startWord = Array(ClipBPE.start.utf8)
    private static let endWord = Array(ClipBPE.end.utf8)
    /// The English endings behind an apostrophe; the first match is taken.
    private static let endings = ["s", "t", "re", "ve", "m", "ll", "d"].map { Array($0.utf8) }

    /// Gives `body` every word as UTF-8, until it returns false. As `split_words` in
    /// `photosearch/text/clip_bpe.py`.
    ///
    /// - Complexity: O(n) in the length of the text, but for long runs of unordered accents.
    @inline(__always)
    static func forEach(
        in utf8: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4 * utf8.count + 8) { buffer in
            let count = lowercase(utf8, into: buffer)
            split(UnsafeBufferPointer(rebasing: buffer[..<count]), body)
        }
    }

    /// Composed and in lower case: at most as many characters as bytes before, of 4 bytes each.
    @inline(__always)
    private static func lowercase(
        _ utf8: UnsafeBufferPointer<UInt8>, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        if utf8.allSatisfy({ $0 < 0x80 }) {
            for (place, byte) in utf8.enumerated() {
                buffer[place] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            }
            return utf8.count
        }
        var codes: [UInt32] = []
        codes.reserveCapacity(utf8.count)
        var text = CodePoints(utf8)
        while let code = text.next() { codes.append(code) }
        var count = 0
        for code in Normalization.lowercase(Normalization.nfc(codes)) {
            count += CodePoints.encode(code, into: buffer, at: count)
        }
        return count
    }

    @inline(__always)
    private static func split(
        _ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
    ) {
        var at = 0
        while at < text.count {
            let end = wordEnd(text, at)
            guard let end else {  // a space
                at += character(text, at).length
                continue
            }
            let word = UnsafeBufferPointer(rebasing: text[at..<end])
            if word.count > 4, word[0] == UInt8(ascii: "<"), isSpecial(word) {
                // typed in capitals, so it is text: "<|", the letters between, and "|>"
                for part in [0..<2, 2..<word.count - 2, word.count - 2..<word.count]
                where !body(UnsafeBufferPointer(rebasing: word[part])) {
                    return
                }
            } else if !body(word) {
                return
            }
            at = end
        }
    }

    /// Where the word that starts here ends; nil at a space.
    @inline(__always)
    private static func wordEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        if let special = specialEnd(text, start) { return special }
        let (kind, length) = character(text, start)
        var end = start + length
        switch kind {
        case .space: return nil
        case .number: return end
        case .letter, .other:
            while end < text.count {
                let next = character(text, end)
                if next.kind != kind { break }
                end += next.length
            }
            return end
        }
    }

    /// The end of a piece that is named in the pattern, if one starts here.
    @inline(__always)
    private static func specialEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        if text[start] == UInt8(ascii: "'") {
            let rest = text[(start + 1)...]
            return endings.first { rest.starts(with: $0) }.map { start + 1 + $0.count }
        }
        if text[start] == UInt8(ascii: "<") {
            let found = [startWord, endWord].first { text[start...].starts(with: $0) }
            return found.map { start + $0.count }
        }
        return nil
    }

    private static func isSpecial(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        word.elementsEqual(startWord) || word.elementsEqual(endWord)
    }

    /// What stands here, and its bytes. ASCII's separators U+001C to U+001F are no space here.
    @inline(__always)
    private static func character(
        _ text: UnsafeBufferPointer<UInt8>, _ at: Int
    ) -> (kind: Kind, length: Int) {
        let byte = text[at]
        if byte < 0x80 {
            switch byte {
            case 0x61...0x7A: return (.letter, 1)
            case 0x30...0x39: return (.number, 1)
            case 0x09...0x0D, 0x20: return (.space, 1)
            default: return (.other, 1)
            }
        }
        let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        var code = CodePoints(UnsafeBufferPointer(rebasing: text[at..<at + length]))
        let flags = CharacterFlags(of: code.next() ?? 0)
        switch flags.intersection([.letter, .number, .space]) {
        case .letter: return (.letter, length)
        case .number: return (.number, length)
        case .space: return (.space, length)
        default: return (.other, length)
        }
    }
}
