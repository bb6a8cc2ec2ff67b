import Testing

@testable import PhotoSearch

/// What words and phrases find in Python, they find here: `tests/fixtures/texts.py`.
@Suite struct TextSearchTests {
    private let folder: TemporaryFolder
    private let catalog: Catalog

    init() throws {
        folder = try TemporaryFolder()
        let path = folder.url.appendingPathComponent(Catalog.fileName).path
        let sql = String(
            decoding: try OpenFile.bytes(Fixture.path("texts/catalog.sql")), as: UTF8.self)
        let database = try SQLiteDatabase(path: path, create: true)
        try database.execute("BEGIN")
        for statement in sql.split(separator: ";\n") { try database.execute(String(statement)) }
        try database.execute("COMMIT")
        catalog = try Catalog(directory: folder.url.path)
    }

    @Test func theFullTextIndexIsThatOfPython() throws {
        let sql = String(
            decoding: try OpenFile.bytes(Fixture.path("texts/words.sql")), as: UTF8.self)
        #expect(sql.split(separator: ";\n").map(String.init) == FullText.statements)
    }

    private func found(_ word: String) throws -> [Int64] {
        try #require(try catalog.texts([word])).map(\.id).sorted()
    }

    @Test func wordsFindWhatTheyFindInPython() throws {
        let cases = try #require(try Fixture.json("texts/searches.json").arrayValue)
        #expect(cases.count >= 150)
        for (number, search) in cases.enumerated() {
            let words = try #require(search["words"]).strings
            let allowed = search["allowed"]?.arrayValue.map { _ in
                search["allowed"]?.ids.map(Int64.init) ?? []
            }
            let limit = try #require(search["most"]?.integerValue)
            let hits = try #require(
                try catalog.texts(words, among: allowed, limit: Int(limit)))
            let expected = search["hits"]?.arrayValue ?? []
            let ids = expected.compactMap { $0.arrayValue?[0].integerValue.map(Int64.init) }
            #expect(hits.map(\.id) == ids, "search \(number)")
            for (hit, row) in zip(hits, expected) {
                let score = try #require(row.arrayValue?[1].doubleValue)
                #expect(abs(hit.score - score) <= 1e-9 * score, "search \(number)")
                let fields = try #require(row.arrayValue?[2]).strings
                #expect(hit.fields.map(\.rawValue) == fields, "search \(number)")
            }
        }
    }

    @Test func phrasesStandWhereTheyStandInPython() throws {
        let cases = try #require(try Fixture.json("texts/phrases.json").arrayValue)
        for search in cases {
            let phrases = try #require(search["phrases"]).strings
            let expected = try #require(search["ids"]).ids.map(Int64.init)
            #expect(try catalog.requirePhrases(phrases) == expected, "\(phrases)")
        }
    }

    @Test func namesHaveTheWordsThatTheyHaveInPython() throws {
        for row in try #require(try Fixture.json("texts/names.json").arrayValue) {
            let values = try #require(row.arrayValue)
            let hex = Array(try #require(values[0].stringValue))
            let bytes = stride(from: 0, to: hex.count, by: 2).compactMap {
                UInt8(String(hex[$0...($0 + 1)]), radix: 16)
            }
            let (name, album) = TextWords.names(of: PhotoSource(bytes: bytes))
            #expect(name == values[1].stringValue, "\(hex)")
            #expect(album == values[2].stringValue, "\(hex)")
        }
    }

    @Test func wordsThatAreWrittenTogetherAreSetApartAsInPython() throws {
        for row in try #require(try Fixture.json("texts/apart.json").arrayValue) {
            let texts = row.strings
            let apart = TextWords.apart(texts[0]).unicodeScalars
            #expect(apart.elementsEqual(texts[1].unicodeScalars), "\(texts)")
        }
    }

    @Test func anEmptyListOfPhotosMayBeFound() throws {
        #expect(try catalog.texts(["red"], among: [])?.isEmpty == true)
        #expect(try catalog.texts(["red"], among: [.max, .min, 0])?.isEmpty == true)
    }

    @Test func wordsThatAreOutOfStepAreNotLookedForAndAreMadeAgain() throws {
        let before = try found("red")
        #expect(!before.isEmpty)
        try catalog.database.execute("DROP TRIGGER words_changed")
        #expect(try catalog.texts(["red"]) == nil)
        #expect(try catalog.requirePhrases(["red"]) == nil)
        try catalog.database.execute("UPDATE texts SET title = 'vermilion' WHERE id = 1")
        let again = try Catalog(directory: folder.url.path)
        #expect(try again.texts(["vermilion"])?.map(\.id) == [1])
        try FullText.check(again.database)
        #expect(try again.lacking() == [])
    }

    @Test(arguments: [
        "DELETE FROM words_data WHERE id > 100", "DELETE FROM words_docsize",
        "DELETE FROM texts WHERE id = 1", "INSERT INTO texts(id, name) VALUES (9999, 'stray')",
    ])
    func damageIsReported(sql: String) throws {
        #expect(try PhotoIndex.verify(at: folder.url).problems.allSatisfy { !$0.contains("text") })
        try catalog.database.execute(sql)
        #expect(try PhotoIndex.verify(at: folder.url).problems.contains { $0.contains("text") })
    }
}

extension Catalog {
    struct FoundText {
        let id: Int64
        let score: Double
        let fields: [TextField]
    }

    /// Photos by words, and where these stand.
    func texts(
        _ words: [String], among allowed: [Int64]? = nil, limit: Int = 1000
    ) throws -> [FoundText]? {
        guard let found = try findTexts(words, among: allowed, limit: limit) else { return nil }
        let fields = try fields(of: found, found.hits.map(\.id))
        return found.hits.map {
            FoundText(id: $0.id, score: $0.score, fields: fields[$0.id] ?? [])
        }
    }
}
