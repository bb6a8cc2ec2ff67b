import Foundation
import Testing

@testable import PhotoSearch

/// Indexes that an earlier version wrote.
@Suite struct CatalogUpgradeTests {
    private let folder: TemporaryFolder
    private let path: String

    /// A catalog of schema 1 with two photos.
    init() throws {
        folder = try TemporaryFolder()
        path = folder.url.appendingPathComponent(Catalog.fileName).path
        let database = try SQLiteDatabase(path: path, create: true)
        let ofSchema2 =
            " since INTEGER NOT NULL DEFAULT 0,"
            + " favourite INTEGER NOT NULL DEFAULT 0 CHECK(favourite IN (0, 1)),"
            + " media INTEGER NOT NULL DEFAULT 0,"
        for table in Catalog.tables.dropLast(Catalog.tablesOfChanges.count) {
            try database.execute(table.replacingOccurrences(of: ofSchema2, with: ""))
        }
        for statement in [
            "INSERT INTO meta VALUES ('schema', 1), ('kind', 'Flat'), ('generation', 7)",
            "INSERT INTO spaces VALUES (1, 'ab', 'test', 2, 10.0, -5.0)",
            """
            INSERT INTO photos VALUES (1, '/p/a', 1, 1, 'indexed', NULL, 'h1', 4, 3, NULL, NULL,
            NULL, NULL, NULL), (2, '/p/b', 1, 1, 'indexed', NULL, 'h2', 4, 3, NULL, NULL, NULL,
            NULL, NULL)
            """,
            "INSERT INTO embeddings VALUES ('h1', 1, X'003C0000'), ('h2', 1, X'0000003C')",
        ] { try database.execute(statement) }
    }

    private func save(generation: Int64) throws {
        let vectors = try VectorRebuild.vectors(of: Catalog(directory: folder.url.path), dim: 2)
        let file = folder.url.appendingPathComponent(VectorFile.fileName).path
        try VectorFile.save(vectors, path: file, generation: generation)
    }

    @Test func itIsBroughtUpToDateWhenItIsOpened() async throws {
        let catalog = try Catalog(directory: folder.url.path)
        #expect(try catalog.schema() == 2)
        #expect(try catalog.compacted() == 7)
        let index = try PhotoIndex(at: folder.url)
        let hits = try await index.search(vector: [0, 1], k: 2)
        #expect(hits.map(\.id) == [2, 1])
        #expect(hits.first?.info == PhotoInfo(width: 4, height: 3))
        let space = try #require(try await index.space)
        try await index.apply([.remove(PhotoSource("/p/b"))], in: space)
        #expect(try await index.search(vector: [0, 1], k: 2).map(\.id) == [1])
    }

    @Test(arguments: [6, 7] as [Int64])
    func onlyAFileOfItsOwnGenerationIsBelieved(generation: Int64) throws {
        try save(generation: generation)
        let catalog = try Catalog(directory: folder.url.path)
        let file = folder.url.appendingPathComponent(VectorFile.fileName).path
        let found = VectorFile.load(
            path: file, oldest: try catalog.compacted(), newest: 7, dim: 2)
        #expect((found != nil) == (generation == 7))
    }

    @Test func whereItCannotBeWrittenToItSaysWhatToDo() throws {
        let error = #expect(throws: PhotoSearchError.self) {
            try Catalog(SQLiteDatabase(path: path, immutable: true))
        }
        #expect(error?.kind == .storage)
        #expect(error?.message.contains("open the index once where it can be written") == true)
    }
}
