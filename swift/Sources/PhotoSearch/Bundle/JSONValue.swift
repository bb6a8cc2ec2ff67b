// A JSON document in memory, and JSON as Python writes it.

/// A decoded JSON document.
///
/// Read by our own reader rather than Foundation's: keys stay apart that differ only in how they
/// are composed (Swift compares strings by canonical equivalence, vocabularies do not), a lone
/// surrogate escape becomes U+FFFD instead of an error, and the answer is the same on every system.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// One key and its value. Equal keys may repeat; the last one counts, as in Python.
    package struct Member: Sendable, Equatable {
        package let key: String
        package let value: JSONValue
    }

    /// What Python's `type(...).__name__` is of it, for messages.
    package var typeName: String {
        switch self {
        case .null: "NoneType"
        case .bool: "bool"
        case .integer: "int"
        case .number: "float"
        case .string: "str"
        case .array: "list"
        case .object: "dict"
        }
    }

    package var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var integerValue: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// An integer counts as a number too.
    package var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    package var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var objectValue: [Member]? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The last value of that key, of an object.
    package subscript(key: String) -> JSONValue? {
        objectValue?.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }
}

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
