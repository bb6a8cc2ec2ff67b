// Indexes that Python wrote, opened and searched, compacted or not.

import Foundation
import Testing

@testable import PhotoSearch

@Suite struct PhotoIndexTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func make(_ kind: String, vectors: [UInt8]? = nil) throws {
        try PythonIndex(name: "catalogs", kind: kind).make(in: folder, vectors: vectors)
    }

    private func check(_ index: PhotoIndex, _ kind: String) async throws {
        try await PythonIndex(name: "catalogs", kind: kind).check(index)
    }

    @Test(arguments: PythonIndex.kinds)
    func searchesFindWhatPythonFinds(kind: String) async throws {
        try make(kind)
        try await check(PhotoIndex(at: folder.url), kind)
    }

    @Test(arguments: PythonIndex.kinds)
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
        let hits = try await index.similar(to: 27, limit: 5)
        #expect(hits.map(\.rank) == [1, 2, 3, 4, 5])
        #expect(hits.first?.id == 30)  // its copy
        #expect(!hits.contains { $0.id == 27 })
        let all = try await index.similar(to: 27, limit: .max)
        #expect(all.count == (try await index.status().indexed) - 1)
        let error = await #expect(throws: PhotoSearchError.self) { try await index.similar(to: 5) }
        #expect(error?.kind == .usage)
    }

    @Test(arguments: PythonIndex.kinds)
    func similarPhotosAreThoseOfPythonToTheBit(kind: String) async throws {
        try make(kind)
        let index = try PhotoIndex(at: folder.url)
        let all = try Fixture.json("catalogs/similar.json").arrayValue ?? []
        let cases = all.filter { $0["kind"]?.stringValue == kind }
        #expect(cases.count == 4)
        for each in cases {
            let photo = Int64(try #require(each["photo"]?.integerValue))
            let hits = try await index.similar(to: photo, limit: 12)
            #expect(hits.map(\.id) == (each["ids"]?.ids ?? []).map(Int64.init))
            #expect(hits.map(\.score) == (each["scores"]?.arrayValue ?? []).map(\.doubleValue))
        }
    }

    @Test func whatAWriterCommitsIsSeenByTheNextSearch() async throws {
        try make("SQ8")
        let index = try PhotoIndex(at: folder.url)
        let vector = [Float](repeating: 0.2, count: 24)
        let first = try #require(try await index.search(vector: vector, limit: 1).first)
        let database = try SQLiteDatabase(
            path: folder.url.appendingPathComponent("catalog.sqlite").path)
        try database.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        try database.execute("DELETE FROM photos WHERE id = ?", [.integer(first.id)])
        #expect(
            try await index.search(vector: vector, limit: 200).contains { $0.id == first.id }
                == false)
    }

    @Test func senselessArgumentsAreErrors() async throws {
        try make("SQ8")
        let index = try PhotoIndex(at: folder.url)
        let vector = [Float](repeating: 0.2, count: 24)
        let filters = [
            Filter(near: Near(latitude: 91, longitude: 0, radius: 1)),
            Filter(near: Near(latitude: 0, longitude: 181, radius: 1)),
            Filter(near: Near(latitude: 0, longitude: 0, radius: 0)),
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
            ([Float](repeating: 0, count: 24), 1, .shape),
            ([Float](repeating: 1e30, count: 24), 1, .shape),
        ] {
            let error = await #expect(throws: PhotoSearchError.self) {
                try await index.search(vector: vector, limit: k)
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
        let later = "UPDATE meta SET value = \(Catalog.schema + 1) WHERE key = 'schema'"
        try SQLiteDatabase(path: path).execute(later)
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

/// An index whose file of vectors is behind its catalog, as Python left it.
@Suite struct UncompactedTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: PythonIndex.kinds)
    func searchesFindWhatPythonFinds(kind: String) async throws {
        let fixture = PythonIndex(name: "uncompacted", kind: kind)
        try fixture.make(in: folder)
        let file = folder.url.appendingPathComponent(VectorFile.fileName)
        let before = try Data(contentsOf: file)
        try await fixture.check(PhotoIndex(at: folder.url))
        #expect(try Data(contentsOf: file) == before)
    }

    @Test func exactVectorsFindTheSameOnceTheFileIsRenewed() async throws {
        let fixture = PythonIndex(name: "uncompacted", kind: "SQfp16")
        try fixture.make(in: folder)
        let index = try PhotoIndex(at: folder.url)
        try await fixture.check(index)
        try await index.compact()
        try await fixture.check(index)
        try await fixture.check(PhotoIndex(at: folder.url))
    }

    @Test(arguments: PythonIndex.kinds)
    func aReaderThatFollowsEveryStepFindsTheSame(kind: String) async throws {
        let fixture = PythonIndex(name: "uncompacted", kind: kind)
        try fixture.make(in: folder)
        let sql = String(
            decoding: try OpenFile.bytes(Fixture.path("uncompacted/catalog.sql")), as: UTF8.self)
        let statements = sql.split(separator: ";\n").map(String.init)
        let bump = "UPDATE meta SET value = value + 1 WHERE key = 'generation'"
        let start = try #require(
            statements.indices.filter { statements[$0] == bump }.dropFirst(90).first)
        let path = folder.url.appendingPathComponent(Catalog.fileName).path
        try FileManager.default.removeItem(atPath: path)
        let database = try SQLiteDatabase(path: path, create: true)
        for statement in statements[..<start] { try database.execute(statement) }
        let index = try PhotoIndex(at: folder.url)
        for statement in statements[start...] {
            if statement == bump {  // what was before it is complete
                _ = try await index.search(vector: [Float](repeating: 0.1, count: 24), limit: 3)
            }
            try database.execute(statement)
        }
        try await fixture.check(index)
    }
}
