/// JSON as Python's `json` reads it: numbers that are not finite by name.
enum JSONOutput {
    static func number(_ value: Float) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return "\(value)"
    }

    static func string(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\\(scalar)"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    static func list(_ items: some Sequence<String>) -> String {
        "[\(items.joined(separator: ", "))]"
    }

    /// Names and values that are JSON already.
    static func object(_ fields: some Sequence<(String, String)>) -> String {
        "{\(fields.map { "\(string($0)): \($1)" }.joined(separator: ", "))}"
    }
}
