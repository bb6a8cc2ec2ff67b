/// The members of one object, taken by name and type; every error names the field.
struct Fields {
    /// A shape or a count beyond this is a mistake.
    static let most = Int(Int32.max)

    private let members: [JSONValue.Member]
    private let path: String

    init(of members: [JSONValue.Member], named path: String) {
        self.members = members
        self.path = path
    }

    var names: [String] { members.map(\.key) }

    /// Fields that this version does not know may change what the others mean.
    func allow(_ known: [String]) throws(PhotoSearchError) {
        for member in members where !known.contains(member.key) {
            throw PhotoSearchError(
                .bundle, "\(path).\(member.key): unknown; expected \(known.joined(separator: ", "))"
            )
        }
    }

    func string(_ name: String) throws(PhotoSearchError) -> String {
        let value = try required(name)
        guard let text = value.stringValue else { throw wrong(name, value, "a string") }
        return text
    }

    func number(_ name: String) throws(PhotoSearchError) -> Double {
        let value = try required(name)
        guard let number = value.doubleValue else { throw wrong(name, value, "a number") }
        return number
    }

    func integer(
        _ name: String, in range: ClosedRange<Int> = 0...most, default standard: Int? = nil
    ) throws(PhotoSearchError) -> Int {
        guard let value = value(name) else {
            guard let standard else { throw missing(name) }
            return standard
        }
        guard let number = value.integerValue, range.contains(number) else {
            throw wrong(name, value, "a whole number of at least \(range.lowerBound)")
        }
        return number
    }

    func integers(_ name: String) throws(PhotoSearchError) -> [Int] {
        let value = try required(name)
        guard let values = value.arrayValue else { throw wrong(name, value, "a list") }
        let numbers = values.compactMap(\.integerValue)
        guard numbers.count == values.count else { throw wrong(name, value, "whole numbers") }
        return numbers
    }

    func object(_ name: String) throws(PhotoSearchError) -> Fields {
        let value = try required(name)
        guard let members = value.objectValue else { throw wrong(name, value, "an object") }
        return Fields(of: members, named: "\(path).\(name)")
    }

    func objects(_ name: String) throws(PhotoSearchError) -> [Fields] {
        let value = try required(name)
        guard let values = value.arrayValue else { throw wrong(name, value, "a list") }
        return try values.enumerated().map { (place, each) throws(PhotoSearchError) in
            guard let members = each.objectValue else { throw wrong(name, each, "objects") }
            return Fields(of: members, named: "\(path).\(name)[\(place)]")
        }
    }

    /// An object that may be missing or null.
    func optional(_ name: String) throws(PhotoSearchError) -> Fields? {
        guard let value = value(name), value != .null else { return nil }
        return try object(name)
    }

    func choice<Choice>(
        _ name: String, default standard: Choice?
    ) throws(PhotoSearchError) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let value = value(name) else {
            guard let standard else { throw missing(name) }
            return standard
        }
        guard let text = value.stringValue, let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: " or ")
            throw wrong(name, value, names)
        }
        return choice
    }

    /// A choice that may be missing or null.
    func optionalChoice<Choice>(_ name: String) throws(PhotoSearchError) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let value = value(name), value != .null else { return nil }
        return try choice(name, default: nil)
    }

    private func value(_ name: String) -> JSONValue? {
        members.last { $0.key == name }?.value
    }

    private func required(_ name: String) throws(PhotoSearchError) -> JSONValue {
        guard let value = value(name) else { throw missing(name) }
        return value
    }

    private func missing(_ name: String) -> PhotoSearchError {
        PhotoSearchError(.bundle, "\(path).\(name): missing")
    }

    func wrong(_ name: String, _ value: JSONValue, _ expected: String) -> PhotoSearchError {
        let got = value.stringValue.map { "'\($0)'" } ?? value.typeName
        return PhotoSearchError(.bundle, "\(path).\(name): got \(got), expected \(expected)")
    }
}
