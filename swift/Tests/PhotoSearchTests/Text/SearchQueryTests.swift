import Testing

@testable import PhotoSearch

@Suite struct SearchQueryTests {
    private func terms(_ text: String) throws -> [Term] {
        try SearchQuery(parsing: text).terms
    }

    @Test func everyTextMeansWhatItMeansInPython() throws {
        let cases = try #require(try Fixture.json("queries.json").arrayValue)
        #expect(cases.count > 3_000)
        for each in cases {
            let pair = try #require(each.arrayValue)
            let text = try #require(pair[0].stringValue)
            let expected = pair[1].arrayValue?.map { term in
                let parts = term.arrayValue ?? []
                return Term(parts[0].stringValue ?? "", weight: parts[1].doubleValue ?? 0)
            }
            let query = try? SearchQuery(parsing: text)
            let got = query?.terms
            let notes = pair[2].arrayValue?.compactMap(\.stringValue) ?? []
            let isSame =
                (query?.notes ?? []).elementsEqual(notes) { $0.utf8.elementsEqual($1.utf8) }
                && got == expected
                && (got ?? []).elementsEqual(expected ?? []) {
                    $0.text.utf8.elementsEqual($1.text.utf8)
                }
            #expect(isSame, "\(text.debugDescription): got \(String(describing: query))")
        }
    }

    @Test func wordsPhrasesWeightsAndNegation() throws {
        #expect(
            try terms(#"dog -beach "red car":2"#)
                == [Term("dog"), Term("beach", weight: -0.5), Term("red car", weight: 2)])
    }

    @Test func aNoteSaysHowADoubtfulPartWasRead() throws {
        let notes = try SearchQuery(parsing: "dog - beach").notes
        #expect(notes.count == 1 && notes[0].hasPrefix("'-' is read as a dash"))
    }

    @Test(arguments: ["", " \n\u{3000}", "\u{200B}"])
    func nothingVisibleIsNoQuery(text: String) {
        #expect(throws: PhotoSearchError.self) { try SearchQuery(parsing: text) }
    }

    @Test func aVeryLongQueryIsReadInLinearTime() throws {
        let text = String(repeating: "\"a -\"b:2", count: 20_000)
        #expect(try terms(text).count == 1)
    }
}
