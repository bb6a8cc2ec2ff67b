extension Catalog {
    /// Brings a catalog of whatever schema to the newest, as Python does, in one transaction.
    ///
    /// - Throws: `PhotoSearchError` of kind `storage` where nothing can be written.
    func upgrade() throws {
        let found = try schema()
        do {
            try database.transaction("BEGIN IMMEDIATE") {
                // read again: another process may have been first
                for old in try schema()..<Self.schema {
                    for statement in Self.migrations[old] ?? [] {
                        try database.execute(statement)
                    }
                }
                try fillTexts()
                if try FullText.isAvailable(database) { try FullText.make(database) }
                try database.execute(
                    "UPDATE meta SET value = ? WHERE key = 'schema'", [.integer(Self.schema)])
            }
        } catch let error as PhotoSearchError where error.kind == .storage {
            throw PhotoSearchError(
                .storage,
                """
                \(database.path): got schema \(found), expected \(Self.schema); open the index \
                once where it can be written to, and it is brought up to date
                """)
        }
    }

    /// The statements from one schema to the next, as in `photosearch/index/migrations.py`.
    ///
    /// Schema 1 kept no record of changes, so only a file of vectors of this very generation holds
    /// what the photos are: none before it counts as compacted.
    static let migrations: [Int64: [String]] = [
        1: [
            "ALTER TABLE photos ADD COLUMN since INTEGER NOT NULL DEFAULT 0",
            """
            ALTER TABLE photos ADD COLUMN \
            favourite INTEGER NOT NULL DEFAULT 0 CHECK(favourite IN (0, 1))
            """,
            "ALTER TABLE photos ADD COLUMN media INTEGER NOT NULL DEFAULT 0",
        ] + tablesOfChanges + [
            """
            INSERT OR REPLACE INTO meta(key, value)
            SELECT 'compacted', value FROM meta WHERE key = 'generation'
            """
        ],
        2: [
            "ALTER TABLE photos ADD COLUMN ctime_ns INTEGER",
            "ALTER TABLE photos ADD COLUMN inode INTEGER",
            "ALTER TABLE photos ADD COLUMN sidecars INTEGER NOT NULL DEFAULT 0",
        ] + tablesOfRuns,
        3: tablesOfTexts,
    ]

    /// Names of the tables, indexes and triggers that are missing or not as they should be.
    func lacking() throws -> [String] {
        let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
        let found = Set(try database.rows(sql) { Self.plain($0.text(0) ?? "") })
        // CREATE TABLE name(…, CREATE INDEX name ON …, CREATE VIRTUAL TABLE name USING …
        let words = try hasWords() ? FullText.statements : []
        return (Self.tables + words).filter { !found.contains(Self.plain($0)) }
            .map { statement in
                let words = statement.replacing("VIRTUAL ", with: "").split { " (".contains($0) }
                return String(words[2])
            }.sorted()
    }

    /// SQL without the line breaks in which two writers of it may differ.
    private static func plain(_ sql: String) -> String {
        sql.split { " \n".contains($0) }.joined(separator: " ")
    }
}
