import Foundation
import Testing

@testable import PhotoSearch

@Suite struct PhotoIndexTests {
    private static let kinds = ["SQ8", "SQfp16", "Flat"]

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// The index that Python searched, of one kind of vectors.
    private func make(_ kind: String, vectors: [UInt8]? = nil) throws {
        let sql = String(
            decoding: try OpenFile.bytes(Fixture.path("catalogs/catalog.sql")), as: UTF8.self)
        let path = folder.url.appendingPathComponent("catalog.sqlite").path
        try? FileManager.default.removeItem(atPath: path)
        let database = try SQLiteDatabase(path: path, create: true)
        try database.execute("BEGIN")
        for statement in sql.split(separator: ";\n") { try database.execute(String(statement)) }
        try database.execute("UPDATE meta SET value = ? WHERE key = 'kind'", [.text(kind)])
        try database.execute("COMMIT")
        let file = try OpenFile.bytes(Fixture.path("catalogs/\(kind).faiss"))
        _ = try folder.write("vectors.faiss", vectors ?? file)
    }

    private func filter(_ words: JSONValue) -> Filter {
        func moment(_ name: String) -> Moment? {
            guard let microseconds = words[name]?.integerValue.map(Int64.init) else { return nil }
            guard let zone = words["zone"]?.integerValue else {
                return .camera(microseconds: microseconds)
            }
            return .instant(microseconds: microseconds, utcOffsetMinutes: zone)
        }
        let near = words["near"]?.arrayValue?.compactMap(\.doubleValue)
        return Filter(
            since: moment("since"), until: moment("until"),
            near: near.map { Near(latitude: $0[0], longitude: $0[1], radiusKM: $0[2]) },
            under: (words["under"]?.strings ?? []).map { PhotoSource($0) },
            camera: words["camera"]?.stringValue,
            ids: words["ids"].map { Set($0.ids.map(Int64.init)) })
    }

    private func check(_ index: PhotoIndex, _ kind: String) async throws {
        let searches = try #require(try Fixture.json("catalogs/searches.json").arrayValue)
        for search in searches where search["kind"]?.stringValue == kind {
            let vector = (search["vector"]?.arrayValue ?? []).compactMap {
                $0.doubleValue.map(Float.init)
            }
            let hits = try await index.search(
                vector: vector, k: try #require(search["k"]?.integerValue),
                filter: filter(try #require(search["filter"])))
            let expected = (search["hits"]?.arrayValue ?? []).compactMap(\.arrayValue)
            #expect(hits.map { Int($0.id) } == expected.map { $0[0].integerValue })
            #expect(hits.map(\.source.description) == expected.map { $0[1].stringValue })
            for (hit, want) in zip(hits, expected) {
                #expect(abs(hit.score - (want[2].doubleValue ?? .nan)) < 1e-5)
                #expect(abs(hit.confidence - (want[3].doubleValue ?? .nan)) < 1e-5)
            }
            #expect(hits.map(\.rank) == Array(1..<hits.count + 1))
        }
    }

    @Test(arguments: kinds)
    func searchesFindWhatPythonFinds(kind: String) async throws {
        try make(kind)
        try await check(PhotoIndex(at: folder.url), kind)
    }

    @Test(arguments: kinds)
    func vectorsAreBuiltAgainByteForByte(kind: String) async throws {
        try make(kind, vectors: [1, 2, 3])
        try await check(PhotoIndex(at: folder.url), kind)
        let catalog = try Catalog(directory: folder.url.path)
        let file = folder.url.appendingPathComponent("again.faiss").path
        let vectors = try VectorRebuild.vectors(of: catalog, dim: 24)
        try VectorFile.save(vectors, path: file, generation: 7)
        #expect(
            try OpenFile.bytes(file) == OpenFile.bytes(Fixture.path("catalogs/\(kind).faiss")))
    }

    @Test func aVectorFileThatIsNotOfTheCatalogIsNotBelieved() throws {
        try make("SQ8")
        let path = folder.url.appendingPathComponent("vectors.faiss").path
        let bytes = try OpenFile.bytes(path)
        func load(_ file: String, _ oldest: Int64 = 0, _ newest: Int64 = 7, dim: Int = 24) -> Int? {
            VectorFile.load(path: file, oldest: oldest, newest: newest, dim: dim)?.index.count
        }
        #expect(load(path) ?? 0 > 100)
        #expect(load(path, 7, 9) ?? 0 > 100)
        #expect(load(path, 8, 9) == nil)
        #expect(load(path, 0, 6) == nil)
        #expect(load(path, dim: 25) == nil)
        for place in stride(from: 0, to: bytes.count, by: 97) {
            var bad = bytes
            bad[place] ^= 4
            let isUnused = place >= bytes.count - 16
            let file = try folder.write("bad.faiss", bad)
            #expect((load(file, 7) == nil) != isUnused)
        }
    }

    @Test func similarPhotosLeaveThePhotoItselfOut() async throws {
        try make("Flat")
        let index = try PhotoIndex(at: folder.url)
        let hits = try await index.similar(to: 27, k: 5)
        #expect(hits.map(\.rank) == [1, 2, 3, 4, 5])
        #expect(hits.first?.id == 30)  // its copy
        #expect(!hits.contains { $0.id == 27 })
        let error = await #expect(throws: PhotoSearchError.self) { try await index.similar(to: 5) }
        #expect(error?.kind == .usage)
    }

    @Test func whatAWriterCommitsIsSeenByTheNextSearch() async throws {
        try make("SQ8")
        let index = try PhotoIndex(at: folder.url)
        let vector = [Float](repeating: 0.2, count: 24)
        let first = try #require(try await index.search(vector: vector, k: 1).first)
        let database = try SQLiteDatabase(
            path: folder.url.appendingPathComponent("catalog.sqlite").path)
        try database.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        try database.execute("DELETE FROM photos WHERE id = ?", [.integer(first.id)])
        #expect(
            try await index.search(vector: vector, k: 200).contains { $0.id == first.id } == false)
    }

    @Test func senselessArgumentsAreErrors() async throws {
        try make("SQ8")
        let index = try PhotoIndex(at: folder.url)
        let vector = [Float](repeating: 0.2, count: 24)
        let filters = [
            Filter(near: Near(latitude: 91, longitude: 0, radiusKM: 1)),
            Filter(near: Near(latitude: 0, longitude: 181, radiusKM: 1)),
            Filter(near: Near(latitude: 0, longitude: 0, radiusKM: 0)),
            Filter(since: .camera(microseconds: 5), until: .camera(microseconds: 5)),
        ]
        for filter in filters {
            let error = await #expect(throws: PhotoSearchError.self) {
                try await index.search(vector: vector, filter: filter)
            }
            #expect(error?.kind == .usage)
        }
        for (vector, k, kind) in [
            (vector, 0, PhotoSearchError.Kind.usage), ([1], 1, .shape),
            ([Float](repeating: .nan, count: 24), 1, .shape),
        ] {
            let error = await #expect(throws: PhotoSearchError.self) {
                try await index.search(vector: vector, k: k)
            }
            #expect(error?.kind == kind)
        }
    }

    @Test func anIndexThatIsNotThereOrTooNewIsAnError() throws {
        let missing = #expect(throws: PhotoSearchError.self) { try PhotoIndex(at: folder.url) }
        #expect(missing?.kind == .indexMissing)
        _ = try folder.write("vectors.faiss", [1])
        let half = #expect(throws: PhotoSearchError.self) { try PhotoIndex(at: folder.url) }
        #expect(half?.kind == .indexDamaged)
        _ = try folder.write("catalog.sqlite", Array(repeating: UInt8(7), count: 5000))
        let damaged = #expect(throws: PhotoSearchError.self) { try PhotoIndex(at: folder.url) }
        #expect(damaged?.kind == .indexDamaged)
        try make("SQ8")
        let path = folder.url.appendingPathComponent("catalog.sqlite").path
        try SQLiteDatabase(path: path).execute("UPDATE meta SET value = 3 WHERE key = 'schema'")
        let new = #expect(throws: PhotoSearchError.self) { try PhotoIndex(at: folder.url) }
        #expect(new?.kind == .indexTooNew)
    }

    @Test func anEncoderOfAnotherSpaceIsAnError() throws {
        try make("SQ8")
        let path = try Fixture.path("encoders/narrow.photomodel/manifest.json")
        let bundle = try ModelBundle(at: URL(fileURLWithPath: path).deletingLastPathComponent())
        let encoder = try PortableTextEncoder(bundle)
        let error = #expect(throws: PhotoSearchError.self) {
            try PhotoIndex(at: folder.url, encoder: encoder)
        }
        #expect(error?.kind == .wrongSpace)
    }

    @Test func theStatusCountsPhotos() async throws {
        try make("SQ8")
        let status = try await PhotoIndex(at: folder.url).status()
        #expect(status.indexed + status.failed == 150)
        #expect(status.failed == 4)
        #expect(status.generation == 7)
        #expect(status.space?.dim == 24)
    }
}
