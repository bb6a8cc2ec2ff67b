// Rows of the table `texts`: one of every searchable photo.

extension Catalog {
    private static let said = "title, description, keywords, people"
    private static let missing = "status = 'indexed' AND id NOT IN (SELECT id FROM texts)"
    private static let stray = "id NOT IN (SELECT id FROM photos WHERE status = 'indexed')"

    /// Of photos that are searchable, and in whose pictures nobody has looked for text.
    static let isWithoutText =
        "status = 'indexed' AND id IN (SELECT id FROM texts WHERE recognised IS NULL)"

    /// A row of `texts` as it is stored, without its id.
    struct TextRow: Equatable {
        /// `name, album`, then `said`.
        let values: [SQLValue]
        let recognised: SQLValue
        let isRead: Bool
    }

    func textRow(_ id: Int64) throws -> TextRow? {
        let sql = "SELECT name, album, \(Self.said), recognised, is_read FROM texts WHERE id = ?"
        return try database.rows(sql, [.integer(id)]) { row in
            TextRow(
                values: (0..<6).map { row[$0] }, recognised: row[6], isRead: row.integer(7) == 1)
        }.first
    }

    /// What a photo is said to be; its path tells name and album where there is one.
    static func textValues(_ source: PhotoSource, _ texts: PhotoTexts?) -> [SQLValue] {
        let found = TextWords.names(of: source)
        let name = found.name ?? texts?.name.flatMap { TextWords.named($0.unicodeScalars) }
        let album = found.album ?? texts?.album.flatMap { TextWords.withParts($0.unicodeScalars) }
        return [name.map(SQLValue.text) ?? .null, album.map(SQLValue.text) ?? .null]
            + TextWords.values(texts)
    }

    func insertTexts(_ id: Int64, _ row: TextRow) throws {
        try database.execute(
            """
            INSERT INTO texts(id, name, album, \(Self.said), recognised, is_read)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [.integer(id)] + row.values + [row.recognised, .integer(row.isRead ? 1 : 0)])
    }

    /// Stores the texts of a photo again; what was recognised in it stays.
    func renewTexts(_ id: Int64, _ values: [SQLValue]) throws {
        try database.execute(
            """
            INSERT INTO texts(id, name, album, \(Self.said), is_read)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)
            ON CONFLICT(id) DO UPDATE SET (name, album, \(Self.said), is_read)
            = (?2, ?3, ?4, ?5, ?6, ?7, 1)
            """, [.integer(id)] + values)
    }

    /// The text that was found in a picture with this content; null if it was not looked for.
    func recognised(in contentHash: String) throws -> SQLValue {
        let sql = """
            SELECT recognised FROM texts JOIN photos USING (id)
            WHERE content_hash = ? AND recognised IS NOT NULL LIMIT 1
            """
        return try database.value(sql, [.text(contentHash)]) ?? .null
    }

    /// Adds the rows that are missing, and drops those of no photo. Inside a transaction.
    func fillTexts() throws {
        let sql = "SELECT id, source FROM photos WHERE \(Self.missing)"
        let photos = try database.rows(sql) { ($0.integer(0), PhotoSource($0[1])) }
        for case (let id?, let source?) in photos {
            let values = Self.textValues(source, nil)
            try insertTexts(id, TextRow(values: values, recognised: .null, isRead: false))
        }
        try database.execute("DELETE FROM texts WHERE \(Self.stray)")
    }

    /// How many rows are missing, or are of no photo that is searchable.
    func faultsOfTexts() throws -> Int64 {
        let sql = """
            SELECT (SELECT count(*) FROM photos WHERE \(Self.missing))
            + (SELECT count(*) FROM texts WHERE \(Self.stray))
            """
        guard case .integer(let count) = try database.value(sql) else { return 0 }
        return count
    }
}
