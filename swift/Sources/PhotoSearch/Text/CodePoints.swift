// UTF-8: checked, read and written a code point at a time.

/// Iterates over the code points of UTF-8 that is known to be valid, such as a Swift string's.
struct CodePoints {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The code points of a string.
    static func of(_ text: String) -> [UInt32] {
        text.unicodeScalars.map(\.value)
    }

    @inline(__always)
    mutating func next() -> UInt32? {
        guard at < bytes.count else { return nil }
        let lead = UInt32(bytes[at])
        at += 1
        if lead < 0x80 { return lead }
        if lead < 0xE0 { return (lead & 0x1F) << 6 | trail() }
        if lead < 0xF0 { return (lead & 0x0F) << 12 | trail() << 6 | trail() }
        return (lead & 0x07) << 18 | trail() << 12 | trail() << 6 | trail()
    }

    @inline(__always)
    private mutating func trail() -> UInt32 {
        defer { at += 1 }
        return UInt32(bytes[at] & 0x3F)
    }

    /// Writes a code point as UTF-8 and returns the number of its bytes.
    @inline(__always)
    static func encode(
        _ code: UInt32, into buffer: UnsafeMutableBufferPointer<UInt8>, at place: Int
    ) -> Int {
        func trail(_ shift: UInt32) -> UInt8 {
            UInt8(truncatingIfNeeded: 0x80 | code >> shift & 0x3F)
        }
        func lead(_ mark: UInt32, _ shift: UInt32) -> UInt8 {
            UInt8(truncatingIfNeeded: mark | code >> shift)
        }
        if code < 0x80 {
            buffer[place] = UInt8(truncatingIfNeeded: code)
            return 1
        }
        if code < 0x800 {
            buffer[place] = lead(0xC0, 6)
            buffer[place + 1] = trail(0)
            return 2
        }
        if code < 0x10000 {
            buffer[place] = lead(0xE0, 12)
            buffer[place + 1] = trail(6)
            buffer[place + 2] = trail(0)
            return 3
        }
        buffer[place] = lead(0xF0, 18)
        buffer[place + 1] = trail(12)
        buffer[place + 2] = trail(6)
        buffer[place + 3] = trail(0)
        return 4
    }
}

/// Strict UTF-8, as in the Unicode Standard, table 3-7: no overlong forms, no surrogates.
enum UTF8Check {
    /// Where the first byte is that cannot be decoded, or nil if all are UTF-8.
    ///
    /// - Complexity: O(n).
    static func firstInvalid(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var at = 0
        while at < bytes.count {
            let lead = bytes[at]
            if lead < 0x80 {
                at += 1
                continue
            }
            guard let length = length(lead), at + length <= bytes.count,
                isSecond(bytes[at + 1], after: lead),
                bytes[(at + 1)..<(at + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
            else { return at }
            at += length
        }
        return nil
    }

    private static func length(_ lead: UInt8) -> Int? {
        switch lead {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: nil
        }
    }

    private static func isSecond(_ byte: UInt8, after lead: UInt8) -> Bool {
        switch lead {
        case 0xE0: byte >= 0xA0
        case 0xED: byte < 0xA0
        case 0xF0: byte >= 0x90
        case 0xF4: byte < 0x90
        default: true
        }
    }
}
