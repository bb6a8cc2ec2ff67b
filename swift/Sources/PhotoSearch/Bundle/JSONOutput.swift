/// JSON as Python's `json` writes it with `ensure_ascii=False`: numbers that are not finite by name.
package enum JSONOutput {
    package static func number(_ value: Float) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return "\(value)"
    }

    package static func string(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\\(scalar)"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{8}": out += "\\b"
            case "\u{C}": out += "\\f"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    package static func list(_ items: some Sequence<String>) -> String {
        "[\(items.joined(separator: ", "))]"
    }

    /// Names and values that are JSON already.
    package static func object(_ fields: some Sequence<(String, String)>) -> String {
        "{\(fields.map { "\(string($0)): \($1)" }.joined(separator: ", "))}"
    }
}
