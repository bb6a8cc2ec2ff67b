import PhotoSearch

/// The words after a command: options by name, then the rest in order.
///
/// `--name value` and `--name=value` are options, `--name` alone is a switch, and `--` ends both.
struct Arguments {
    private let words: [String]

    init(_ words: [String]) {
        self.words = words
    }

    /// Sorts the words.
    ///
    /// - Parameters:
    ///   - options: Names that take a value, without the dashes.
    ///   - switches: Names that take none.
    ///   - places: How many other words there must be.
    /// - Throws: `PhotoSearchError` of kind `usage` for anything else.
    func parse(
        options: Set<String> = [], switches: Set<String> = [], places: ClosedRange<Int> = 0...0
    ) throws -> Parsed {
        var parsed = Parsed()
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                parsed.places += rest
                break
            }
            guard word.hasPrefix("-"), word.count > 1 else {
                parsed.places.append(word)
                continue
            }
            let parts = word.drop { $0 == "-" }.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            if switches.contains(name), parts.count == 1 {
                parsed.switches.insert(name)
            } else if options.contains(name), let value = Self.value(parts, &rest) {
                parsed.options[name, default: []].append(value)
            } else {
                throw PhotoSearchError(
                    .usage, "got '\(word)', expected \(Self.list(options, switches))")
            }
        }
        guard places.contains(parsed.places.count) else {
            let few = places.lowerBound
            let many = places.upperBound
            let range = many == .max ? "\(few) or more" : "\(few) to \(many)"
            let expected = few == many ? "\(few)" : range
            throw PhotoSearchError(
                .usage, "got \(parsed.places.count) arguments, expected \(expected); see --help")
        }
        return parsed
    }

    private static func value(_ parts: [Substring], _ rest: inout ArraySlice<String>) -> String? {
        parts.count == 2 ? String(parts[1]) : rest.popFirst()
    }

    /// A name as the help writes it; any number of dashes is understood.
    fileprivate static func dashed(_ name: String) -> String {
        name.count == 1 ? "-\(name)" : "--\(name)"
    }

    private static func list(_ options: Set<String>, _ switches: Set<String>) -> String {
        let names = options.map { "\(Self.dashed($0)) VALUE" } + switches.map(Self.dashed)
        return names.isEmpty ? "no options" : names.sorted().joined(separator: ", ")
    }
}

/// What was given.
struct Parsed {
    fileprivate(set) var options: [String: [String]] = [:]
    fileprivate(set) var switches: Set<String> = []
    fileprivate(set) var places: [String] = []

    /// The last value of an option.
    subscript(name: String) -> String? { options[name]?.last }

    func required(_ name: String) throws -> String {
        guard let value = self[name] else {
            throw PhotoSearchError(.usage, "--\(name): got nothing, expected a value")
        }
        return value
    }

    /// A whole number of at least `least`.
    func integer(_ name: String, default standard: Int, atLeast least: Int = 1) throws -> Int {
        guard let text = self[name] else { return standard }
        guard let value = Int(text), value >= least else {
            let given = "\(Arguments.dashed(name)): got '\(text)'"
            throw PhotoSearchError(.usage, "\(given), expected a whole number of at least \(least)")
        }
        return value
    }
}
