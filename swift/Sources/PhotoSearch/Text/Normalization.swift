/// Unicode normalisation by frozen tables: NFD, NFC, lower case, case folding.
///
/// The algorithms are those of UAX #15 (https://unicode.org/reports/tr15/) and, for Hangul, of The
/// Unicode Standard, section 3.12. Texts are code points, never graphemes. Lower case is by
/// character, without context: a final sigma is treated like any other, as the reference does.
enum Normalization {
    // Hangul: first lead, vowel, (before) tail, syllable, and how many there are of each
    private static let lead: UInt32 = 0x1100
    private static let vowel: UInt32 = 0x1161
    private static let tail: UInt32 = 0x11A7
    private static let syllable: UInt32 = 0xAC00
    private static let leads: UInt32 = 19
    private static let vowels: UInt32 = 21
    private static let tails: UInt32 = 28

    /// Lower-cases each character by itself; `İ` becomes two characters.
    static func lowercase(_ text: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(text.count + 2)
        for code in text {
            if CharacterFlags(of: code).contains(.hasLower) {
                result.append(contentsOf: UnicodeTables.lower(code))
            } else {
                result.append(code)
            }
        }
        return result
    }

    /// Folds case for comparison, as Python's `str.casefold`.
    static func casefold(_ text: [UInt32]) -> [UInt32] {
        text.flatMap { code in
            let folded = UnicodeTables.fold(code)
            return folded.isEmpty ? lowercase([code]) : Array(folded)
        }
    }

    /// Decomposes canonically (NFD), accents in canonical order.
    static func nfd(_ text: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(text.count + text.count / 2)
        for code in text {
            if code < 0xC0 {
                result.append(code)
            } else if CharacterFlags(of: code).contains(.hasDecomposition) {
                result.append(contentsOf: UnicodeTables.decomposition(code))
            } else if code >= syllable, code < syllable + leads * vowels * tails {
                appendHangul(code - syllable, to: &result)
            } else {
                result.append(code)
            }
        }
        reorder(&result)
        return result
    }

    /// Composes canonically (NFC): the composition of the canonical decomposition.
    static func nfc(_ text: [UInt32]) -> [UInt32] {
        compose(nfd(text))
    }

    private static func appendHangul(_ index: UInt32, to result: inout [UInt32]) {
        result.append(lead + index / (vowels * tails))
        result.append(vowel + index / tails % vowels)
        if index % tails != 0 { result.append(tail + index % tails) }
    }

    /// Sorts every run of characters whose combining class is not 0, stably, by that class.
    private static func reorder(_ text: inout [UInt32]) {
        var at = 0
        while at < text.count {
            guard text[at] >= 0x300, UnicodeTables.order(text[at]) != 0 else {
                at += 1
                continue
            }
            let start = at
            var isSorted = true
            var last: UInt8 = 0
            while at < text.count {
                let order = UnicodeTables.order(text[at])
                if order == 0 { break }
                isSorted = isSorted && order >= last
                last = order
                at += 1
            }
            if !isSorted { sort(&text, start..<at) }
        }
    }

    /// Sorts by class, then position: both in one number with the character, so any sort is stable.
    private static func sort(_ text: inout [UInt32], _ range: Range<Int>) {
        let keys = range.map { place in
            UInt64(UnicodeTables.order(text[place])) << 53 | UInt64(place - range.lowerBound) << 21
                | UInt64(text[place])
        }
        for (place, key) in zip(range, keys.sorted()) {
            text[place] = UInt32(key & 0x1F_FFFF)
        }
    }

    /// Joins each character to the last starter, unless another of its class or above blocks it.
    private static func compose(_ text: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(text.count)
        var starter = -1  // where the last starter is in result
        var lastOrder: UInt8 = 0  // class of the last character kept after it
        for code in text {
            let own = UnicodeTables.order(code)
            if starter >= 0, starter == result.count - 1 || lastOrder < own,
                let joined = join(result[starter], code)
            {
                result[starter] = joined
                continue
            }
            if own == 0 { starter = result.count }
            lastOrder = own
            result.append(code)
        }
        return result
    }

    /// The one character that stands for these two, if there is one.
    @inline(__always)
    private static func join(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if second < 0x300 { return nil }
        if CharacterFlags(of: second).contains(.composesSecond),
            CharacterFlags(of: first).contains(.composesFirst)
        {
            return UnicodeTables.composition(first, second)
        }
        return second >= vowel && second < tail + tails ? joinHangul(first, second) : nil
    }

    private static func joinHangul(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if first >= lead, first < lead + leads, second < vowel + vowels {
            return syllable + ((first - lead) * vowels + (second - vowel)) * tails
        }
        let isOpen = first >= syllable && (first - syllable) % tails == 0
        if isOpen, first < syllable + leads * vowels * tails, second > tail {
            return first + (second - tail)
        }
        return nil
    }
}
