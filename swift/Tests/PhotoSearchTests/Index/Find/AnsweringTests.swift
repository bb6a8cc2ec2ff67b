import Testing

@testable import PhotoSearch

/// What queries find in Python, they find here: `tests/fixtures/answers.py`.
@Suite struct AnsweringTests {
    fileprivate let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let sql = String(
            decoding: try OpenFile.bytes(Fixture.path("answers/catalog.sql")), as: UTF8.self)
        let path = folder.url.appendingPathComponent(Catalog.fileName).path
        let database = try SQLiteDatabase(path: path, create: true)
        try database.execute("BEGIN")
        for statement in sql.split(separator: ";\n") { try database.execute(String(statement)) }
        try database.execute("COMMIT")
        let vectors = try OpenFile.bytes(Fixture.path("answers/vectors.faiss"))
        _ = try folder.write("vectors.faiss", vectors)
    }

    fileprivate func index() throws -> PhotoIndex {
        try PhotoIndex(at: folder.url, encoder: FakeEncoder(dim: 16))
    }

    private func now() throws -> WallClock {
        try #require(WallClock(year: 2026, month: 11, day: 26, hour: 10))
    }

    fileprivate func read(_ text: String, _ index: PhotoIndex) async throws -> QueryReading {
        try await index.read(text, now: now(), zone: "Europe/Berlin")
    }

    @Test func everyQueryFindsWhatItFindsInPython() async throws {
        let index = try index()
        let cases = try #require(try Fixture.json("answers/answers.json").arrayValue)
        #expect(cases.count >= 200)
        for each in cases {
            let text = try #require(each["text"]?.stringValue)
            let reading = try await read(text, index)
            #expect(reading.json == JSONOutput.indented(try #require(each["reading"])))
            let queries = (each["queries"]?.arrayValue ?? []).map {
                PythonIndex.query($0["toward"], $0["away"])
            }
            #expect(queries.count == reading.queries.count, "\(text)")
            let hits = try await index.search(
                reading: reading, queries: queries,
                limit: try #require(each["k"]?.integerValue),
                filter: PythonIndex.filter(try #require(each["filter"])))
            check(hits, each["hits"]?.arrayValue ?? [], "\(text), \(each["filter"] ?? .null)")
        }
    }

    private func check(_ hits: [Hit], _ expected: [JSONValue], _ comment: Comment) {
        let rows = expected.compactMap(\.arrayValue)
        #expect(hits.map { Int($0.id) } == rows.map { $0[0].integerValue }, comment)
        #expect(hits.map { $0.matched.map(\.rawValue) } == rows.map { $0[3].strings }, comment)
        for (hit, row) in zip(hits, rows) {
            #expect(abs(hit.score - (row[1].doubleValue ?? .nan)) < 1e-6, comment)
            #expect(abs((hit.confidence ?? .nan) - (row[2].doubleValue ?? .nan)) < 1e-6, comment)
        }
    }
}

/// What apps do with answers.
extension AnsweringTests {
    @Test func textIsReadAndFound() async throws {
        let index = try index()
        let hits = try await index.search("red car", limit: 3)
        let reading = try await index.read("red car")
        #expect(try await index.search(reading: reading, limit: 3) == hits)
        #expect(hits.map(\.rank) == [1, 2, 3])
        let session = SearchSession(index)
        let results = try await session.answer("red car", limit: 3, collapsing: nil)
        #expect(results.groups.map(\.best) == hits && results.reading.terms == [Term("red car")])
        var all: [Hit] = []
        for try await hit in index.results(for: "red car", page: 2) { all.append(hit) }
        #expect(Array(all.prefix(3).map(\.id)) == hits.map(\.id))
        #expect(all.count == (try await index.status().indexed))
    }

    @Test func aMotifIsFoundByAReadingToo() async throws {
        let index = try index()
        let reading = try await index.read("\"hotel\" 2019")
        let groups = try await index.search(reading: reading, collapsing: Collapse(similarity: -1))
        let hits = try await index.search(reading: reading)
        #expect(groups.count == min(hits.count, 1))
        #expect(groups.first.map { [$0.best.id] + $0.others.map(\.id) } == hits.map(\.id))
    }

    @Test func aPhotoSaysWhyItIsThere() async throws {
        let index = try index()
        let results = try await index.answer(
            "red photos in lisbon 2019, screenshots", limit: 5, collapsing: nil)
        #expect(results.reading.tokens.map(\.text) == ["in lisbon", "2019", "screenshots"])
        let all = try await index.answer("in berlin since 2015, red", limit: 5, collapsing: nil)
        let best = try #require(all.groups.first?.best)
        let reasons = all.reading.reasons(for: best)
        #expect(reasons.meaning == ["red"] && reasons.fields == best.matched)
        #expect(reasons.place?.name == "Berlin")
        #expect(reasons.taken?.microseconds == best.info?.cameraTime.map { $0 - $0 % 1_000_000 })
    }

    @Test func onlyWordsNeedAnEncoder() async throws {
        let index = try PhotoIndex(at: folder.url)
        #expect(try await index.search("2019, my favourites").allSatisfy { $0.score == 0 })
        let error = await #expect(throws: PhotoSearchError.self) { try await index.search("red") }
        #expect(error?.kind == .usage)
    }

    @Test func aSearchThatWasCancelledEnds() async throws {
        let index = try index()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await index.search("red in berlin since 2015")
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func quotedWordsThatStandNowhereFindNothing() async throws {
        #expect(try await index().search("\"nothing like this\" 2019").isEmpty)
    }

    @Test(arguments: [
        "dog 2019", "without people", "red car or blue", "\"a b\" in paris", "a:2 selfies, x",
    ])
    func tokensBeforeATextAreReadAsBefore(text: String) async throws {
        let reading = try await read(text, index())
        let again = try await read(QueryToken.query(reading.tokens, before: "dog"), index())
        #expect(again.tokens.map(\.kind) == reading.tokens.map(\.kind))
        #expect(again.tokens.map(\.text) == reading.tokens.map(\.text))
        #expect(again.terms.contains(Term("dog")))
    }
}
