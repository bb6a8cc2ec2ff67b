/// The full-text index over the table `texts`: an FTS5 table, and triggers that keep it in step.
///
/// As `photosearch/index/texts/full_text.py`, which gives the reasons: where SQLite lacks FTS5, a
/// writer drops the triggers, and who opens the catalog with FTS5 makes the words again.
enum FullText {
    /// The columns, in their order.
    static let fields = TextField.allCases.map(\.rawValue)

    private static let columns = fields.joined(separator: ", ")
    private static let old = fields.map { "OLD.\($0)" }.joined(separator: ", ")
    private static let new = fields.map { "NEW.\($0)" }.joined(separator: ", ")
    private static let add = "INSERT INTO words(rowid, \(columns)) VALUES (NEW.id, \(new));"
    private static let drop = """
        INSERT INTO words(words, rowid, \(columns)) VALUES ('delete', OLD.id, \(old));
        """
    private static let triggers = [
        ("words_added", "AFTER INSERT ON texts BEGIN \(add) END"),
        ("words_changed", "AFTER UPDATE OF \(columns) ON texts BEGIN \(drop) \(add) END"),
        ("words_dropped", "AFTER DELETE ON texts BEGIN \(drop) END"),
    ]
    private static let table = """
        CREATE VIRTUAL TABLE words USING fts5( \(columns), content='texts', content_rowid='id', \
        tokenize='unicode61 remove_diacritics 2', prefix='2 3')
        """
    private static let statementsOfTriggers = triggers.map { "CREATE TRIGGER \($0) \($1)" }

    /// What makes an empty one.
    static let statements = [table] + statementsOfTriggers

    /// Whether this SQLite can look for words.
    static func isAvailable(_ database: SQLiteDatabase) throws -> Bool {
        try database.value("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'") != nil
    }

    /// Whether the words are those of the texts, as far as the schema tells.
    static func isInStep(_ database: SQLiteDatabase) throws -> Bool {
        let names = triggers.map { "'\($0.0)'" }.joined(separator: ", ")
        let sql = """
            SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (\(names))
            """
        return try database.value(sql) == .integer(Int64(triggers.count))
    }

    /// Makes the words from the texts, in place of those that are there. Inside a transaction.
    static func make(_ database: SQLiteDatabase) throws {
        try letGo(database)
        try database.execute("DROP TABLE IF EXISTS words")
        try database.execute(table)
        try database.execute("INSERT INTO words(words) VALUES ('rebuild')")
        for statement in statementsOfTriggers { try database.execute(statement) }
    }

    /// Lets the texts change without the words. Inside a transaction.
    static func letGo(_ database: SQLiteDatabase) throws {
        for (name, _) in triggers { try database.execute("DROP TRIGGER IF EXISTS \(name)") }
    }

    /// It writes nothing, but SQLite asks for the lock of a writer.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexDamaged` if the words are not those of the texts.
    static func check(_ database: SQLiteDatabase) throws {
        try database.execute("INSERT INTO words(words, rank) VALUES ('integrity-check', 1)")
    }
}
