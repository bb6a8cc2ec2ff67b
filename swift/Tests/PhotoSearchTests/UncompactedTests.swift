import Foundation
import Testing

@testable import PhotoSearch

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
                _ = try await index.search(vector: [Float](repeating: 0.1, count: 24), k: 3)
            }
            try database.execute(statement)
        }
        try await fixture.check(index)
    }
}
