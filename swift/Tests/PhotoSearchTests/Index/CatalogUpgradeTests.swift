import Foundation
import Testing

@testable import PhotoSearch

/// Indexes that earlier versions wrote, and what Python makes of them.
@Suite struct CatalogUpgradeTests {
    static let schemas = Array(Catalog.migrations.keys.sorted())
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.url.appendingPathComponent(Catalog.fileName).path
    }

    private func write(_ schema: Int64) throws {
        let name = try Fixture.path("upgrades/schema-\(schema).sql")
        let sql = String(decoding: try OpenFile.bytes(name), as: UTF8.self)
        let database = try SQLiteDatabase(path: path, create: true)
        try database.execute("PRAGMA journal_mode=WAL")
        for statement in sql.split(separator: ";\n") { try database.execute(String(statement)) }
    }

    private func execute(_ sql: String) throws {
        try SQLiteDatabase(path: path).execute(sql)
    }

    /// Every row of every table but the full-text index, as the fixture writes them.
    private func contents(_ database: SQLiteDatabase) throws -> [String] {
        let tables = """
            SELECT name FROM sqlite_master
            WHERE type = 'table' AND name NOT GLOB 'words*' ORDER BY name
            """
        return try database.rows(tables) { $0.text(0) ?? "" }.flatMap { table in
            let names = try database.rows("SELECT name FROM pragma_table_info('\(table)')") {
                "quote(\"\($0.text(0) ?? "")\")"
            }
            let row = names.joined(separator: " || ', ' || ")
            return try database.rows("SELECT '\(table): ' || \(row) FROM \(table)") {
                $0.text(0) ?? ""
            }.sorted()
        }
    }

    @Test(arguments: schemas)
    func itBecomesWhatPythonMakesOfIt(schema: Int64) async throws {
        try write(schema)
        let catalog = try Catalog(directory: folder.url.path)
        let expected = try Fixture.json("upgrades/upgraded.json")["\(schema)"]?.strings
        #expect(try contents(catalog.database) == expected)
        #expect(try catalog.lacking() == [])
        try await PhotoIndex(at: folder.url).compact()
        #expect(try PhotoIndex.verify(at: folder.url).problems == [])
    }

    @Test(arguments: schemas)
    func itIsSearchedAndWritten(schema: Int64) async throws {
        try write(schema)
        let index = try PhotoIndex(at: folder.url)
        let red: [Float] = [0, 0, 0, 0, 1, 0, 0, 0]
        #expect(try await index.search(vector: red, limit: 2).map(\.id) == [6, 9])
        let space = try #require(try await index.space)
        try await index.apply([.remove(PhotoSource("/p/copy.png"))], in: space)
        #expect(try await index.search(vector: red, limit: 1).map(\.id) == [9])
    }

    @Test(arguments: [10, 11] as [Int64])
    func ofSchema1OnlyVectorsOfItsOwnGenerationAreBelieved(generation: Int64) throws {
        try write(1)
        let catalog = try Catalog(directory: folder.url.path)
        let vectors = try VectorRebuild.vectors(of: catalog, dim: 8)
        let file = folder.url.appendingPathComponent(VectorFile.fileName).path
        try VectorFile.save(vectors, path: file, generation: generation)
        let oldest = try catalog.compacted()
        let found = VectorFile.load(path: file, oldest: oldest, newest: 11, dim: 8)
        #expect((found != nil) == (generation == 11))
    }

    @Test(arguments: schemas)
    func whereItCannotBeWrittenToItSaysWhatToDo(schema: Int64) throws {
        try write(schema)
        let error = #expect(throws: PhotoSearchError.self) {
            try Catalog(SQLiteDatabase(path: path, immutable: true))
        }
        #expect(error?.kind == .storage)
        #expect(error?.message.contains("once where it can be written to") == true)
    }

    @Test(arguments: schemas)
    func anUpgradeThatFailsLeavesEverythingAsItWas(schema: Int64) throws {
        try write(schema)
        try execute("CREATE TABLE words(of_another TEXT)")  // among the last things made
        try execute("CREATE VIEW words_data AS SELECT * FROM words")
        let before = try contents(SQLiteDatabase(path: path))
        let error = #expect(throws: PhotoSearchError.self) {
            try Catalog(directory: folder.url.path)
        }
        #expect(error?.kind == .indexDamaged)
        #expect(try contents(SQLiteDatabase(path: path)) == before)
    }

    @Test(arguments: schemas)
    func manyMayUpgradeItAtOnce(schema: Int64) async throws {
        try write(schema)
        let directory = folder.url.path
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<8 { group.addTask { try Catalog(directory: directory).schema() } }
            for try await found in group { #expect(found == Catalog.schema) }
        }
        #expect(try Catalog(directory: directory).lacking() == [])
    }

    @Test(arguments: ["0", "-1", "'2'", "2.5", "X'02'"])
    func aSchemaThatNeverWasIsDamage(value: String) throws {
        try write(2)
        try execute("UPDATE meta SET value = \(value) WHERE key = 'schema'")
        let error = #expect(throws: PhotoSearchError.self) {
            try Catalog(directory: folder.url.path)
        }
        #expect(error?.kind == .indexDamaged)
    }

    @Test(arguments: ["5", "99", "9223372036854775807"])
    func aLaterSchemaIsRefused(value: String) throws {
        try write(2)
        try execute("UPDATE meta SET value = \(value) WHERE key = 'schema'")
        let error = #expect(throws: PhotoSearchError.self) {
            try Catalog(directory: folder.url.path)
        }
        #expect(error?.kind == .indexTooNew)
    }

    @Test(arguments: [
        ("DROP TABLE exclusions", "exclusions"), ("DROP TRIGGER photos_buried", "photos_buried"),
        ("ALTER TABLE photos DROP COLUMN inode", "photos"),
        ("DROP INDEX photos_by_since", "photos_by_since"),
    ])
    func aCatalogThatLacksATableOrAColumnIsReported(sql: String, name: String) throws {
        try write(2)
        _ = try Catalog(directory: folder.url.path)
        try execute(sql)
        let problems = try PhotoIndex.verify(at: folder.url).problems
        #expect(problems.first?.contains("\(name) not as expected") == true)
    }
}
