import CPhotoSearchKernels

/// Names as keys of the gazetteer.
extension Gazetteer {
    /// A name as a key: `St. John's` is `st johns`, `Köln` is `koln`.
    ///
    /// As `fold_name` in `photosearch/query/gazetteer.py`: case is folded and accents go, dots and
    /// apostrophes too; all else that is neither letter nor digit parts words. Letters of other
    /// scripts stay, so that they are part of no key.
    static func key(of name: String) -> String {
        var key = String.UnicodeScalarView()
        var isApart = false
        for code in Normalization.nfd(Normalization.casefold(CodePoints.of(name))) {
            switch fold(code) {
            case .dropped: break
            case .space: isApart = true
            case .letters(let letters):
                if isApart, !key.isEmpty { key.append(" ") }
                isApart = false
                key.append(contentsOf: letters)
            }
        }
        return String(key)
    }

    private enum Folded {
        case dropped, space
        case letters([Unicode.Scalar])
    }

    private static func fold(_ code: UInt32) -> Folded {
        guard let scalar = Unicode.Scalar(code), !dropped.contains(scalar) else { return .dropped }
        let flags = CharacterFlags(of: code)
        if flags.contains(.mark) { return .dropped }
        if let plain = plain[scalar] { return .letters(plain) }
        return flags.isDisjoint(with: [.letter, .number]) ? .space : .letters([scalar])
    }

    private static let dropped: Set<Unicode.Scalar> = [
        ".", "'", "`", "´", "’", "‘", "ʼ", "ʻ", "ʹ", "＇", "．",
    ]  // marks inside a name: St. John's
    private static let plain: [Unicode.Scalar: [Unicode.Scalar]] = [
        "æ": ["a", "e"], "œ": ["o", "e"], "ø": ["o"], "ł": ["l"], "đ": ["d"], "ð": ["d"],
        "þ": ["t", "h"], "ħ": ["h"], "ı": ["i"], "ŋ": ["n"], "ŧ": ["t"], "ə": ["e"],
    ]

    /// Gives each key and what stands behind it, from the first to the last.
    static func forEachLine(_ visit: (_ key: Bytes, _ rest: Bytes) -> Void) {
        let text = UnsafeRawBufferPointer(
            start: ps_gazetteer_text(), count: Int(ps_gazetteer_count))
        for line in text.split(separator: UInt8(ascii: "\n")).dropFirst() {
            guard let at = line.firstIndex(of: UInt8(ascii: "\t")) else { continue }
            visit(line[..<at], line[(at + 1)...])
        }
    }

    typealias Bytes = Slice<UnsafeRawBufferPointer>
}
