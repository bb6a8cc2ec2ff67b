import Testing

@testable import PhotoSearch

@Suite struct GazetteerTests {
    private func place(_ value: JSONValue) throws -> GazetteerPlace {
        let fields = try #require(value.arrayValue)
        return GazetteerPlace(
            name: try #require(fields[0].stringValue), country: try #require(fields[1].stringValue),
            latitude: try #require(fields[2].doubleValue),
            longitude: try #require(fields[3].doubleValue),
            radiusKm: try #require(fields[4].doubleValue),
            population: Int(try #require(fields[5].integerValue)))
    }

    private func places(_ value: JSONValue) throws -> [GazetteerPlace] {
        try #require(value.arrayValue).map(place)
    }

    @Test func everyNameIsFoundAsInPython() throws {
        let cases = try #require(try Fixture.json("gazetteer.json").arrayValue)
        #expect(cases.count >= 500)
        for each in cases {
            let fields = try #require(each.arrayValue)
            let text = try #require(fields[0].stringValue)
            let key = Gazetteer.key(of: text)
            #expect(key.utf8.elementsEqual(try #require(fields[1].stringValue).utf8), "\(text)")
            #expect(.bool(Gazetteer.isWord(key)) == fields[2], "\(key)")
            #expect(.bool(Gazetteer.isGivenName(key)) == fields[3], "\(key)")
            #expect(try Gazetteer.find(key) == places(fields[4]), "\(key)")
            #expect(try Gazetteer.findFuzzy(key) == places(fields[5]), "\(key)")
        }
    }

    @Test(arguments: [
        "Paris", " paris", "paris ", "san  juan", "paris\t", "paris\tf", "\n", "",
        "#photosearch gazetteer 1", "köln", "zzzz", "0", String(repeating: "a", count: 10_000),
    ])
    func whatIsNoKeyIsNoPlace(_ key: String) {
        #expect(Gazetteer.find(key).isEmpty)
        #expect(Gazetteer.findFuzzy(key).isEmpty)
        #expect(!Gazetteer.isWord(key) && !Gazetteer.isGivenName(key))
    }

    @Test func theFirstAndTheLastNameAreFound() {
        #expect(Gazetteer.find("6th of october city").map(\.country) == ["EG"])
        #expect(Gazetteer.find("zywiec").map(\.name) == ["Żywiec"])
    }
}
