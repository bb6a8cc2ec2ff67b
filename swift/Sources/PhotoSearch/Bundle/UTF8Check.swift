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
