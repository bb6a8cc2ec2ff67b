import Foundation
import Testing

@testable import PhotoSearch

/// An index that Python searched, of one kind of vectors.
struct PythonIndex {
    static let kinds = ["SQ8", "SQfp16", "Flat"]

    /// A folder of the fixtures.
    let name: String
    let kind: String

    /// - Parameter vectors: The bytes of its file of vectors, if not those of the fixture.
    func make(in folder: TemporaryFolder, vectors: [UInt8]? = nil) throws {
        let sql = String(
            decoding: try OpenFile.bytes(Fixture.path("\(name)/catalog.sql")), as: UTF8.self)
        let path = folder.url.appendingPathComponent("catalog.sqlite").path
        try? FileManager.default.removeItem(atPath: path)
        let database = try SQLiteDatabase(path: path, create: true)
        try database.execute("BEGIN")
        for statement in sql.split(separator: ";\n") { try database.execute(String(statement)) }
        try database.execute("UPDATE meta SET value = ? WHERE key = 'kind'", [.text(kind)])
        try database.execute("COMMIT")
        let file = try OpenFile.bytes(Fixture.path("\(name)/\(kind).faiss"))
        _ = try folder.write("vectors.faiss", vectors ?? file)
    }

    /// The same ids and names as Python found, and scores to 1e-5.
    func check(_ index: PhotoIndex) async throws {
        let searches = try #require(try Fixture.json("\(name)/searches.json").arrayValue)
        for search in searches where search["kind"]?.stringValue == kind {
            let query = Self.query(search["vector"], search["away"])
            let hits = try await index.search(
                query, limit: try #require(search["k"]?.integerValue),
                filter: Self.filter(try #require(search["filter"])))
            let expected = (search["hits"]?.arrayValue ?? []).compactMap(\.arrayValue)
            #expect(hits.map { Int($0.id) } == expected.map { $0[0].integerValue })
            #expect(hits.map(\.source.description) == expected.map { $0[1].stringValue })
            for (hit, want) in zip(hits, expected) {
                #expect(abs(hit.score - (want[2].doubleValue ?? .nan)) < 1e-5)
                #expect(abs((hit.confidence ?? .nan) - (want[3].doubleValue ?? .nan)) < 1e-5)
            }
            #expect(hits.map(\.rank) == Array(1..<hits.count + 1))
        }
    }

    static func query(_ toward: JSONValue?, _ away: JSONValue?) -> QueryVectors {
        let away = (away?.arrayValue ?? []).compactMap(\.arrayValue).map {
            QueryVectors.Away(vector: floats($0[1]), strength: $0[0].doubleValue ?? .nan)
        }
        return QueryVectors(toward: floats(toward), away: away)
    }

    private static func floats(_ values: JSONValue?) -> [Float] {
        (values?.arrayValue ?? []).compactMap { $0.doubleValue.map(Float.init) }
    }

    /// In the words of `tests/fixtures/catalogs.py`.
    static func filter(_ words: JSONValue) -> Filter {
        func moment(_ name: String) -> Moment? {
            guard let microseconds = words[name]?.integerValue.map(Int64.init) else { return nil }
            guard let zone = words["zone"]?.integerValue else {
                return .camera(microseconds: microseconds)
            }
            return .instant(microseconds: microseconds, utcOffsetMinutes: zone)
        }
        func circle(_ name: String) -> Near? {
            words[name]?.arrayValue?.compactMap(\.doubleValue).circle
        }
        func pairs(_ name: String) -> [[JSONValue]] {
            (words[name]?.arrayValue ?? []).compactMap(\.arrayValue)
        }
        var filter = Filter(
            since: moment("since"), until: moment("until"), near: circle("near"),
            under: (words["under"]?.strings ?? []).map { PhotoSource($0) },
            camera: words["camera"]?.stringValue, favourites: words["favourites"] == .bool(true),
            media: Set((words["media"]?.strings ?? []).compactMap(MediaFilter.init)),
            ids: words["ids"].map { Set($0.ids.map(Int64.init)) })
        filter.away = circle("away")
        filter.months = Set((words["months"]?.ids ?? []).map(Int.init))
        filter.weekdays = Set((words["weekdays"]?.ids ?? []).map(Int.init))
        filter.days = pairs("days").map { pair in
            let ends = pair.compactMap(\.stringValue).map {
                $0.split(separator: "-").compactMap { Int($0) }
            }
            return DaysOfYear(
                first: MonthDay(ends[0][0], ends[0][1]), last: MonthDay(ends[1][0], ends[1][1]))
        }
        filter.hours = pairs("hours").map {
            HoursOfDay($0[0].integerValue ?? 0, $0[1].integerValue ?? 0)
        }
        return filter
    }
}

extension [Double] {
    /// Of latitude, longitude and kilometres.
    fileprivate var circle: Near {
        Near(latitude: self[0], longitude: self[1], radius: 1000 * self[2])
    }
}
