extension Catalog {
    /// Brings a catalog of schema 1 to schema 2, as Python does, in one transaction.
    ///
    /// Schema 1 kept no record of changes, so only a file of vectors of this very generation holds
    /// what the photos are: none before it counts as compacted.
    ///
    /// - Throws: `PhotoSearchError` of kind `storage` where nothing can be written.
    func upgrade() throws {
        do {
            try database.transaction("BEGIN IMMEDIATE") {
                guard try schema() == 1 else { return }  // another process was first
                for column in Self.columnsOfSchema2 {
                    try database.execute("ALTER TABLE photos ADD COLUMN \(column)")
                }
                for table in Self.tablesOfChanges { try database.execute(table) }
                try database.execute(
                    """
                    INSERT OR REPLACE INTO meta(key, value)
                    SELECT 'compacted', value FROM meta WHERE key = 'generation'
                    """)
                try database.execute("UPDATE meta SET value = 2 WHERE key = 'schema'")
            }
        } catch let error as PhotoSearchError where error.kind == .storage {
            throw PhotoSearchError(
                .storage,
                """
                \(database.path): got schema 1, expected \(Self.schema); open the index once where \
                it can be written to, and it is brought up to date
                """)
        }
    }

    private static let columnsOfSchema2 = [
        "since INTEGER NOT NULL DEFAULT 0",
        "favourite INTEGER NOT NULL DEFAULT 0 CHECK(favourite IN (0, 1))",
        "media INTEGER NOT NULL DEFAULT 0",
    ]
}
