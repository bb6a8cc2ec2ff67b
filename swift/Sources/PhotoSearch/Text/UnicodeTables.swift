import CPhotoSearchKernels

/// The class of a character, in the frozen tables that Python and Swift share.
///
/// Swift's own properties follow the system, so a tokenizer that asked them would change with it.
struct CharacterFlags: OptionSet {
    let rawValue: UInt16

    /// BERT drops it: controls, formats, private use, U+0000, U+FFFD.
    static let removed = Self(PS_UNICODE_REMOVED)
    /// White_Space.
    static let space = Self(PS_UNICODE_SPACE)
    /// BERT makes it a word of its own.
    static let ideograph = Self(PS_UNICODE_IDEOGRAPH)
    /// A non-spacing accent, which BERT strips after decomposition.
    static let mark = Self(PS_UNICODE_MARK)
    /// BERT makes it a word of its own.
    static let punctuation = Self(PS_UNICODE_PUNCTUATION)
    static let letter = Self(PS_UNICODE_LETTER)
    static let number = Self(PS_UNICODE_NUMBER)
    static let hasLower = Self(PS_UNICODE_HAS_LOWER)
    static let hasDecomposition = Self(PS_UNICODE_HAS_DECOMPOSITION)
    static let composesFirst = Self(PS_UNICODE_COMPOSES_FIRST)
    static let composesSecond = Self(PS_UNICODE_COMPOSES_SECOND)

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    private init(_ flag: Int) {
        self.init(rawValue: UInt16(flag))
    }

    /// The flags of a code point, which must be one: below 0x110000.
    @inline(__always)
    init(of code: UInt32) {
        self.init(rawValue: ps_unicode_flags_of(code))
    }
}

/// Looks up one character in the frozen tables; Hangul is left to the algorithms.
enum UnicodeTables {
    /// Canonical combining class; 0 for a character that is no accent.
    @inline(__always)
    static func order(_ code: UInt32) -> UInt8 {
        ps_unicode_order_of(code)
    }

    /// Its lower case, or nothing if it stays as it is.
    static func lower(_ code: UInt32) -> UnsafeBufferPointer<UInt32> {
        buffer(ps_unicode_lower_of(code))
    }

    /// Its case folding, or nothing if that is its lower case.
    static func fold(_ code: UInt32) -> UnsafeBufferPointer<UInt32> {
        buffer(ps_unicode_fold_of(code))
    }

    /// Its full canonical decomposition, or nothing if it stays as it is.
    static func decomposition(_ code: UInt32) -> UnsafeBufferPointer<UInt32> {
        buffer(ps_unicode_decomposition_of(code))
    }

    /// The one character that stands for these two, if there is one.
    static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        let composed = ps_unicode_composition_of(first, second)
        return composed == 0 ? nil : composed
    }

    private static func buffer(_ found: ps_unicode_mapping) -> UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(start: found.characters, count: Int(found.count))
    }
}
