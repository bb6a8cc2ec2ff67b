/// Folders and cameras of a filter as conditions on the catalog's `photos`.
struct TextConditions {
    private var conditions = ["status = 'indexed'"]
    private var values: [SQLValue] = []
    private let filter: Filter

    /// Ids of the indexed photos that pass these, ascending; nil if the filter asks for neither.
    static func ids(passing filter: Filter, in database: SQLiteDatabase) throws -> [Int64]? {
        if filter.under.isEmpty, filter.camera == nil { return nil }
        var conditions = TextConditions(filter: filter)
        try conditions.addFolders(database)
        try conditions.addCameras(database)
        return try conditions.ids(database)
    }

    private init(filter: Filter) {
        self.filter = filter
    }

    private func ids(_ database: SQLiteDatabase) throws -> [Int64] {
        let sql = """
            SELECT id FROM photos WHERE \(conditions.joined(separator: " AND ")) ORDER BY id
            """
        return try database.rows(sql, values) { $0.integer(0) ?? 0 }
    }

    private mutating func add(_ condition: String, _ values: [SQLValue]) {
        conditions.append(condition)
        self.values += values
    }

    private mutating func addFolders(_ database: SQLiteDatabase) throws {
        guard !filter.under.isEmpty else { return }
        var parts: [String] = []
        var bounds: [SQLValue] = []
        for folder in try filter.under.flatMap({ try Spellings.stored($0, database) }) {
            let (condition, some) = Self.inside(folder)
            parts.append("\(condition) OR source = ?")  // or the photo itself
            bounds += some + [folder.value]
        }
        add("(\(parts.joined(separator: " OR ")))", bounds)
    }

    /// Everything inside a folder, at any depth. TEXT sorts by its UTF-8 bytes, so a prefix is a
    /// range; names that are not UTF-8 have their own.
    private static func inside(_ folder: PhotoSource) -> (String, [SQLValue]) {
        let slash = UInt8(ascii: "/")
        let name = folder.bytes.reversed().drop { $0 == slash }.reversed()
        let low = name + [slash]
        let high = name + [slash + 1]
        let blobs: [SQLValue] = [.blob(low), .blob(high)]
        guard case .text = folder.value else { return ("(source >= ? AND source < ?)", blobs) }
        let texts: [SQLValue] = [PhotoSource(bytes: low).value, PhotoSource(bytes: high).value]
        return ("((source >= ? AND source < ?) OR (source >= ? AND source < ?))", texts + blobs)
    }

    /// Case-folded here, since SQLite knows the case of ASCII only; cameras are few.
    private mutating func addCameras(_ database: SQLiteDatabase) throws {
        guard let camera = filter.camera else { return }
        let wanted = Normalization.casefold(CodePoints.of(camera))
        let all = "SELECT DISTINCT camera FROM photos WHERE camera IS NOT NULL"
        let names = try database.rows(all) { $0.text(0) ?? "" }.filter { name in
            Self.contains(Normalization.casefold(CodePoints.of(name)), wanted)
        }
        let places = Array(repeating: "?", count: names.count).joined(separator: ", ")
        add("camera IN (\(places))", names.map { .text($0) })
    }

    private static func contains(_ text: [UInt32], _ part: [UInt32]) -> Bool {
        guard part.count <= text.count else { return false }
        return (0...text.count - part.count).contains { text[$0...].starts(with: part) }
    }
}
