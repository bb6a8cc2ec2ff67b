import Testing

@testable import PhotoSearch

@Suite struct PhotoDetailsTests {
    @Test func camerasAndOffsetsAreThoseOfPython() throws {
        let cases = try #require(Fixture.json("details.json").arrayValue)
        #expect(cases.count > 100)
        for found in cases {
            let parts = try #require(found.arrayValue)
            let texts = parts.prefix(3).compactMap(\.stringValue)
            let details = PhotoDetails(make: texts[0], model: texts[1], offset: texts[2])
            let shown = texts.map { $0.unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
            #expect(details.camera == parts[3].stringValue, "\(shown)")
            #expect(details.utcOffsetMinutes.map(Double.init) == parts[4].doubleValue, "\(shown)")
        }
    }
}
