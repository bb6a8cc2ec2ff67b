#if canImport(CSQLite)  // Apple's SQLite has FTS5, and does not let go of it
    import CSQLite
    import Testing

    @testable import PhotoSearch

    /// An SQLite that was built without FTS5: everything works but the search for words.
    @Suite struct FullTextTests {
        private let folder: TemporaryFolder
        private let directory: String

        init() throws {
            folder = try TemporaryFolder()
            directory = folder.url.path
            try Catalog.create(directory: directory, kind: .sq8)
            try add("/p/Lisbon/a.jpg", "h1", to: Catalog(directory: directory))
        }

        private func withoutFTS5() throws -> Catalog {
            let database = try SQLiteDatabase(path: "\(directory)/\(Catalog.fileName)")
            sqlite3_drop_modules(database.handle, nil)
            return try Catalog(database)
        }

        private func add(_ name: String, _ hash: String, to catalog: Catalog) throws {
            let photo = FoundPhoto(source: PhotoSource(name), sizeBytes: 1, modifiedNS: 5)
            let change = IndexChange.index(
                photo, contentHash: hash, vector: [1, 0, 0, 0],
                info: PhotoInfo(width: 4, height: 3))
            try catalog.apply([change], in: .test(dim: 4))
        }

        @Test func readingChangesNothing() throws {
            let catalog = try withoutFTS5()
            #expect(try catalog.texts(["lisbon"]) == nil)
            #expect(try catalog.requirePhrases(["lisbon"]) == nil)
            #expect(try catalog.status().indexed == 1)
            let other = try Catalog(directory: directory)
            #expect(try other.texts(["lisbon"])?.count == 1)
        }

        @Test func whatIsWrittenWithoutItIsFoundLater() throws {
            let catalog = try withoutFTS5()
            try add("/p/Lisbon/b.jpg", "h2", to: catalog)
            try catalog.apply([.remove(PhotoSource("/p/Lisbon/a.jpg"))], in: .test(dim: 4))
            #expect(try catalog.status().indexed == 1)
            #expect(try catalog.lacking() == [])
            let other = try Catalog(directory: directory)
            #expect(try other.texts(["lisbon"])?.map(\.id) == [2])
            try FullText.check(other.database)
        }

        @Test func anEarlierSchemaIsUpgradedWithoutIt() throws {
            let name = try Fixture.path("upgrades/schema-3.sql")
            let sql = String(decoding: try OpenFile.bytes(name), as: UTF8.self)
            let place = try TemporaryFolder()
            let path = place.url.appendingPathComponent(Catalog.fileName).path
            let database = try SQLiteDatabase(path: path, create: true)
            for statement in sql.split(separator: ";\n") { try database.execute(String(statement)) }
            sqlite3_drop_modules(database.handle, nil)
            let catalog = try Catalog(database)
            #expect(try catalog.lacking() == [])
            #expect(try catalog.texts(["black"]) == nil)
            let other = try Catalog(directory: place.url.path)
            #expect(try other.texts(["black"])?.map(\.id) == [1])
        }
    }
#endif
