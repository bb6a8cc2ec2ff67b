/// Splits a text into the words that BERT's tokenizer looks up in its vocabulary: lower case,
/// without accents, and single punctuation marks and ideographs.
enum BertWords {
    /// Gives `body` every word as UTF-8 and the number of its characters, until it returns false.
    ///
    /// Clean (drop controls, formats and private use; ideographs stand alone), decompose, drop
    /// accents, lower-case; punctuation stands alone; split at spaces. As `split_words` in
    /// `photosearch/text/wordpiece.py`.
    ///
    /// - Complexity: O(n) in the length of the text, but for long runs of unordered accents.
    @inline(__always)
    static func forEach(
        in utf8: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Bool
    ) {
        if utf8.allSatisfy({ $0 < 0x80 }) {
            ascii(utf8, body)
        } else {
            Word.forEach(in: Normalization.nfd(clean(utf8)), body)
        }
    }

    private enum Kind: UInt8 {
        case letter, dropped, space, mark
    }

    /// The class and the lower case of each ASCII character, as in the tables.
    private static let kinds: [Kind] = (0..<128).map { (code: UInt32) in
        let flags = CharacterFlags(of: code)
        if flags.contains(.removed) { return .dropped }
        if flags.contains(.space) { return .space }
        return flags.contains(.punctuation) ? .mark : .letter
    }

    @inline(__always)
    private static func ascii(
        _ utf8: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Bool
    ) {
        let kinds = kinds
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: utf8.count) { word in
            var count = 0
            func flush() -> Bool {
                defer { count = 0 }
                return count == 0 || body(UnsafeBufferPointer(rebasing: word[..<count]), count)
            }
            for byte in utf8 {
                switch kinds[Int(byte)] {
                case .letter:
                    let isUpper = byte >= 0x41 && byte <= 0x5A
                    word[count] = isUpper ? byte | 0x20 : byte
                    count += 1
                case .dropped: break
                case .space:
                    if !flush() { return }
                case .mark:
                    if !flush() { return }
                    word[0] = byte
                    count = 1
                    if !flush() { return }
                }
            }
            _ = flush()
        }
    }

    /// Drops what BERT drops, turns spaces into U+0020, and puts ideographs between spaces.
    private static func clean(_ utf8: UnsafeBufferPointer<UInt8>) -> [UInt32] {
        var text: [UInt32] = []
        text.reserveCapacity(utf8.count + 8)
        var codes = CodePoints(utf8)
        while let code = codes.next() {
            let flags = CharacterFlags(of: code)
            if flags.isDisjoint(with: [.removed, .space, .ideograph]) {
                text.append(code)
            } else if flags.contains(.removed) {
                continue
            } else if flags.contains(.space) {
                text.append(0x20)
            } else {
                text.append(0x20)
                text.append(code)
                text.append(0x20)
            }
        }
        return text
    }

    /// The current word, as UTF-8 in a buffer with room for the whole text.
    private struct Word {
        let buffer: UnsafeMutableBufferPointer<UInt8>
        var count = 0
        var characters = 0

        @inline(__always)
        static func forEach(
            in text: [UInt32], _ body: (UnsafeBufferPointer<UInt8>, Int) -> Bool
        ) {
            // a character has 4 bytes at most, and İ becomes two in lower case
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8 * text.count) { buffer in
                var word = Word(buffer: buffer)
                for code in text where !word.take(code, body) { return }
                _ = word.flush(body)
            }
        }

        @inline(__always)
        mutating func take(_ code: UInt32, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Bool)
            -> Bool
        {
            if code == 0x20 { return flush(body) }
            let flags = CharacterFlags(of: code)
            if flags.contains(.mark) { return true }
            guard flags.contains(.hasLower) else { return takeLower(code, flags, body) }
            for lower in UnicodeTables.lower(code)
            where !takeLower(lower, CharacterFlags(of: lower), body) {
                return false
            }
            return true
        }

        @inline(__always)
        private mutating func takeLower(
            _ code: UInt32, _ flags: CharacterFlags,
            _ body: (UnsafeBufferPointer<UInt8>, Int) -> Bool
        ) -> Bool {
            guard flags.contains(.punctuation) else {
                append(code)
                return true
            }
            guard flush(body) else { return false }
            append(code)
            return flush(body)
        }

        @inline(__always)
        private mutating func append(_ code: UInt32) {
            count += CodePoints.encode(code, into: buffer, at: count)
            characters += 1
        }

        @inline(__always)
        mutating func flush(_ body: (UnsafeBufferPointer<UInt8>, Int) -> Bool) -> Bool {
            defer { (count, characters) = (0, 0) }
            if count == 0 { return true }
            return body(UnsafeBufferPointer(rebasing: buffer[..<count]), characters)
        }
    }
}
