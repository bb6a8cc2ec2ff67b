// A reading as JSON, the same characters that Python writes.

extension QueryReading {
    /// What `photosearch explain --json` prints of it, without the line break.
    package var json: String { JSONOutput.indented(value) }

    /// Members by name, as `Reading.as_json` in `photosearch/query/reading.py`.
    private var value: JSONValue {
        var members: [(String, JSONValue)] = [
            ("query", .string(query)),
            ("terms", .array(terms.map(\.value))),
            ("any", .array(any.map(JSONValue.of))),
            ("when", when?.value ?? .null),
            ("near", near?.value ?? .null),
            ("media", .of(media)),
            ("favourites", .bool(favourites)),
            ("exact", .of(exact)),
            ("camera", camera.map(JSONValue.string) ?? .null),
            ("spans", .array(spans.map(\.value))),
            ("note", note.map(JSONValue.string) ?? .null),
        ]
        if let away { members.append(("away", away.value)) }
        return .of(members)
    }
}

extension Term {
    fileprivate var value: JSONValue {
        .of(("text", .string(text)), ("weight", .number(weight)))
    }
}

extension Span {
    fileprivate var value: JSONValue {
        .of(("from", .integer(from)), ("to", .integer(to)), ("as", .string(kind.rawValue)))
    }
}

extension NamedPlace {
    fileprivate var value: JSONValue {
        .of(
            ("name", .string(name)), ("latitude", .number(latitude)),
            ("longitude", .number(longitude)), ("radius_km", .number(radiusKM)))
    }
}

extension WhenWanted {
    /// Members by name, without those that say nothing.
    fileprivate var value: JSONValue {
        var members: [(String, JSONValue)] = []
        if let since { members.append(("since", .string(since.iso))) }
        if let until { members.append(("until", .string(until.iso))) }
        let lists: [(String, [JSONValue])] = [
            ("months", months.map(JSONValue.integer)),
            ("days", days.map { .of([$0.first.text, $0.last.text]) }),
            ("weekdays", weekdays.map(JSONValue.integer)),
            ("hours", hours.map { .array([.integer($0.from), .integer($0.to)]) }),
        ]
        members += lists.filter { !$0.1.isEmpty }.map { ($0.0, .array($0.1)) }
        return .of(members)
    }
}

extension JSONValue {
    fileprivate static func of(_ texts: [String]) -> JSONValue {
        .array(texts.map(JSONValue.string))
    }

    fileprivate static func of(_ members: (String, JSONValue)...) -> JSONValue {
        of(members)
    }

    fileprivate static func of(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map { Member(key: $0.0, value: $0.1) })
    }
}

extension JSONOutput {
    /// As Python's `json.dumps(value, indent=2, ensure_ascii=False)`.
    package static func indented(_ value: JSONValue, margin: String = "\n") -> String {
        let inner = "\(margin)  "
        func block(_ items: [String], _ open: String, _ close: String) -> String {
            let lines = items.joined(separator: ",\(inner)")
            return items.isEmpty ? open + close : "\(open)\(inner)\(lines)\(margin)\(close)"
        }
        switch value {
        case .null: return "null"
        case .bool(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .number(let value): return "\(value)"
        case .string(let value): return string(value)
        case .array(let values): return block(values.map { indented($0, margin: inner) }, "[", "]")
        case .object(let members):
            let items = members.map { member in
                "\(string(member.key)): \(indented(member.value, margin: inner))"
            }
            return block(items, "{", "}")
        }
    }
}
