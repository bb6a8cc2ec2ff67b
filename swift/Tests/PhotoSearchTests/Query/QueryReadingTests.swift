import Testing

@testable import PhotoSearch

@Suite struct QueryReadingTests {
    private func read(
        _ text: String, _ now: String = "2026-11-26T10:00:00", zone: String = "Europe/Berlin",
        library: LibraryPlaces? = nil
    ) throws -> QueryReading {
        let time = try #require(WallClock(iso: now))
        return try QueryReading(reading: text, now: time, zone: zone, library: library)
    }

    private func library(_ value: JSONValue?) throws -> LibraryPlaces? {
        guard let cells = value?["cells"]?.arrayValue else { return nil }
        return LibraryPlaces(
            cells: try cells.map { cell in
                let fields = try #require(cell.arrayValue)
                return LibraryPlaces.Cell(
                    latitude: try #require(fields[0].doubleValue),
                    longitude: try #require(fields[1].doubleValue),
                    photos: try #require(fields[2].integerValue))
            }, isDated: value?["is_dated"] == .bool(true))
    }

    @Test func everyQueryIsReadAsInPython() throws {
        let cases = try #require(try Fixture.json("readings.json").arrayValue)
        #expect(cases.count >= 400)
        for each in cases {
            let text = try #require(each["text"]?.stringValue)
            let now = try #require(each["now"]?.stringValue)
            let zone = try #require(each["zone"]?.stringValue)
            let reading = try? read(text, now, zone: zone, library: library(each["library"]))
            let expected = each["reading"].flatMap { $0 == .null ? nil : JSONOutput.indented($0) }
            let isSame = reading?.json.utf8.elementsEqual(expected?.utf8 ?? "".utf8)
            #expect(isSame ?? (expected == nil), "\(text.debugDescription) at \(now), \(zone)")
        }
    }

    @Test func wordsAreToldFromDatesPlacesAndWhatIsNot() throws {
        let reading = try read("beach in lisbon last summer without people")
        #expect(reading.terms == [Term("beach"), Term("people", weight: -0.5)])
        #expect(reading.when?.since?.iso == "2026-06-01T00:00:00")
        #expect(reading.when?.until?.iso == "2026-09-01T00:00:00")
        #expect(reading.near?.name == "Lisbon")
        #expect(reading.spans.map(\.kind) == [.near, .when, .not])
    }

    @Test func aSpanIsAPartOfTheQueryWhateverItsCharactersAreMadeOf() throws {
        let reading = try read("👩‍👩‍👧 e\u{301} \"red car\" in München, 2019")
        let parts = reading.spans.map { String(reading.query[reading.range(of: $0)]) }
        #expect(parts == ["\"red car\"", "in München", "2019"])
    }

    @Test(arguments: ["", " \n\u{3000}", "\u{200B}"])
    func nothingVisibleIsNoQuery(text: String) {
        #expect(throws: PhotoSearchError.self) { try read(text) }
    }

    @Test func aLibraryInTheSouthHasItsSummerInJanuary() throws {
        let cell = LibraryPlaces.Cell(latitude: -33.85, longitude: 151.25, photos: 10)
        let south = try read("summer 2020", library: LibraryPlaces(cells: [cell]))
        #expect(south.when?.since?.iso == "2020-12-01T00:00:00")
    }

    @Test func aLibraryWithoutDatesReadsNone() throws {
        let reading = try read("beach 2019", library: LibraryPlaces(isDated: false))
        #expect(reading.when == nil && reading.terms == [Term("beach 2019")])
        #expect(reading.note?.hasPrefix("few photos of this library have a date") == true)
    }

    // MARK: Any text

    private static let parts = [
        "cat", "may", "2019", "3", "12/25/2021", "last", "summer", "two", "weeks", "ago", "in",
        "Paris", "texas", "new", "york", "without", "no", "or", "|", "-", "−dog", "\"red car\"",
        "dog:2", "selfies", "of", "black", "and", "white", "shot", "on", "iphone", "monday",
        "at", "night", "5pm", ",", ";", "’", "\u{301}", "👩‍👩‍👧", "שלום", "東京", "\u{200D}", "²",
        "from", "to", "between", "since", "before", "home", "abroad", "\"", "\u{1F}", "ß", "İ",
    ]

    /// So many texts of parts and characters, the same in every run.
    private static func texts(_ count: Int) -> [String] {
        var random = Seeded(state: 7)
        return (0..<count).map { _ in
            (0..<Int.random(in: 1...12, using: &random)).map { _ in
                if Int.random(in: 0..<6, using: &random) > 0 {
                    return parts.randomElement(using: &random) ?? ""
                }
                let code = UInt32.random(in: 0...0x10FFFF, using: &random)
                return Unicode.Scalar(code).map(String.init) ?? ""
            }.joined(separator: Bool.random(using: &random) ? " " : "  ")
        }
    }

    @Test func anyTextWithAVisibleCharacterIsReadAndNoCharacterIsLost() throws {
        for text in Self.texts(3_000) {
            let codes = CodePoints.of(text)
            let isVisible = codes.contains {
                CharacterFlags(of: $0).isDisjoint(with: [.removed, .space])
            }
            guard let reading = try? read(text) else {
                #expect(!isVisible, "\(text.debugDescription)")
                continue
            }
            let kept = Set(reading.terms.flatMap { CodePoints.of($0.text) })
            let spans = reading.spans.map { $0.from..<$0.to }
            for (at, code) in codes.enumerated() where !spans.contains(where: { $0.contains(at) }) {
                let flags = CharacterFlags(of: code)
                guard flags.isDisjoint(with: [.removed, .space, .punctuation]) else { continue }
                #expect(kept.contains(code), "\(text.debugDescription), \(at)")
            }
        }
    }

    @Test func spansAreInOrderAndApart() throws {
        for text in Self.texts(1_000) {
            guard let reading = try? read(text) else { continue }
            let ends = [0] + reading.spans.map(\.to)
            #expect(zip(reading.spans, ends).allSatisfy { $0.from >= $1 && $0.to > $0.from })
            #expect(ends.last ?? 0 <= text.unicodeScalars.count)
        }
    }

    @Test(arguments: ["a dog on a sofa", "RED car", "t-shirt, blue", "soldiers march", "5\" nail"])
    func plainWordsComeThroughUnchanged(text: String) throws {
        #expect(try read(text).terms.map(\.text) == [text])
    }

    @Test func manyWordsAreReadInLinearTime() throws {
        let text = String(repeating: "may in paris 2019 ", count: 2_500)
        #expect(try read(text).terms.count == 1)
        let alternatives = String(repeating: "lisbon|lisbno|", count: 500) + "cat"
        #expect(try read(alternatives).any.first?.count == 1_001)
    }
}

/// A sequence of numbers that is the same in every run (Vigna's SplitMix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension WallClock {
    /// 2026-11-26T10:00:00
    init?(iso text: String) {
        let parts = text.split { "-T:".contains($0) }.compactMap { Int($0) }
        guard parts.count == 6 else { return nil }
        self.init(
            year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4],
            second: parts[5])
    }
}
