// SQLite: a database, its statements and the rows that they find.

#if canImport(SQLite3)
    import SQLite3
#else
    import CSQLite
#endif

/// A value of a row or of a statement's parameter.
enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// One connection to an SQLite database, used by one task at a time.
final class SQLiteDatabase {
    private static let busyTimeout: Int32 = 10_000  // milliseconds

    let path: String
    let handle: OpaquePointer

    /// Opens a database.
    ///
    /// - Parameters:
    ///   - immutable: On a medium that cannot be written to, where nobody else writes.
    ///   - create: Makes an empty one if there is none.
    /// - Throws: `PhotoSearchError`, see `error`.
    init(path: String, immutable: Bool = false, create: Bool = false) throws(PhotoSearchError) {
        self.path = path
        var handle: OpaquePointer?
        let writing = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0)
        let flags = immutable ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : writing
        let name = immutable ? Self.uri(path) : path
        let code = sqlite3_open_v2(name, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw Self.error(code, "cannot open", path)
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, Self.busyTimeout)
        // a batch that was reported is on the disk, even after a power cut
        sqlite3_exec(handle, "PRAGMA synchronous=FULL", nil, nil, nil)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    private static func uri(_ path: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        let digits = Array("0123456789ABCDEF")
        let escaped = path.utf8.map { byte in
            plain.contains(byte)
                ? String(Unicode.Scalar(byte))
                : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
        return "file:\(escaped.joined())?mode=ro&immutable=1"
    }

    /// Runs a statement and gives each row in turn to `body`, until it returns false.
    func query(
        _ sql: String, _ values: [SQLValue] = [], _ body: (SQLiteRow) throws -> Bool
    ) throws {
        let statement = try SQLiteStatement(sql, values, handle, self)
        while try statement.step() {
            guard try body(SQLiteRow(statement: statement)) else { return }
        }
    }

    /// All rows.
    func rows<Row>(
        _ sql: String, _ values: [SQLValue] = [], _ body: (SQLiteRow) throws -> Row
    ) throws -> [Row] {
        var rows: [Row] = []
        try query(sql, values) { row in
            rows.append(try body(row))
            return true
        }
        return rows
    }

    /// The first value of the first row, or nil if there is none.
    func value(_ sql: String, _ values: [SQLValue] = []) throws -> SQLValue? {
        var found: SQLValue?
        try query(sql, values) { row in
            found = row[0]
            return false
        }
        return found
    }

    func execute(_ sql: String, _ values: [SQLValue] = []) throws {
        try query(sql, values) { _ in true }
    }

    /// One unchanging view, whatever a writer does meanwhile.
    func reading<Result>(_ body: () throws -> Result) throws -> Result {
        try transaction("BEGIN", body)
    }

    /// All that `body` does or, if it throws, none of it.
    func transaction<Result>(_ begin: String, _ body: () throws -> Result) throws -> Result {
        try execute(begin)
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            try? execute("ROLLBACK")
            throw error
        }
    }

    fileprivate func error(_ code: Int32) -> PhotoSearchError {
        Self.error(code, String(cString: sqlite3_errmsg(handle)), path)
    }

    /// What an SQLite error means to a person, and what they can do about it.
    private static func error(_ code: Int32, _ message: String, _ path: String) -> PhotoSearchError
    {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            PhotoSearchError(
                .indexLocked,
                "\(path): another process holds the catalog; try again when it is done")
        case SQLITE_FULL: storage(path, "the disk is full")
        case SQLITE_IOERR: storage(path, "reading or writing failed")
        case SQLITE_READONLY: storage(path, "it is read-only")
        case SQLITE_CANTOPEN: storage(path, "it cannot be opened")
        case SQLITE_PERM, SQLITE_AUTH: storage(path, "permission denied")
        default:
            PhotoSearchError(
                .indexDamaged,
                "\(path) is damaged (\(message)). A backup copy of the index folder keeps everything"
            )
        }
    }

    private static func storage(_ path: String, _ problem: String) -> PhotoSearchError {
        PhotoSearchError(.storage, "\(path): \(problem); what was committed before is kept")
    }
}

/// A prepared statement with its values.
private final class SQLiteStatement {
    let handle: OpaquePointer
    private let database: SQLiteDatabase
    // SQLite copies what is bound, so it need not live on
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(
        _ sql: String, _ values: [SQLValue], _ connection: OpaquePointer, _ database: SQLiteDatabase
    ) throws(PhotoSearchError) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v2(connection, sql, -1, &handle, nil)
        guard code == SQLITE_OK, let handle else { throw database.error(code) }
        self.handle = handle
        self.database = database
        for (index, value) in values.enumerated() {
            let code = Self.bind(value, handle, Int32(index + 1))
            guard code == SQLITE_OK else { throw database.error(code) }
        }
    }

    deinit {
        sqlite3_finalize(handle)
    }

    private static func bind(_ value: SQLValue, _ handle: OpaquePointer, _ place: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(handle, place)
        case .integer(let number): sqlite3_bind_int64(handle, place, number)
        case .real(let number): sqlite3_bind_double(handle, place, number)
        case .text(let text):
            sqlite3_bind_text(handle, place, text, Int32(text.utf8.count), transient)
        case .blob(let bytes):
            bytes.withUnsafeBytes { buffer in
                sqlite3_bind_blob(handle, place, buffer.baseAddress, Int32(buffer.count), transient)
            }
        }
    }

    /// Whether there is a next row.
    func step() throws(PhotoSearchError) -> Bool {
        let code = sqlite3_step(handle)
        guard code == SQLITE_ROW || code == SQLITE_DONE else { throw database.error(code) }
        return code == SQLITE_ROW
    }
}

/// The row in hand; gone with the next one.
struct SQLiteRow {
    fileprivate let statement: SQLiteStatement

    subscript(column: Int32) -> SQLValue {
        let handle = statement.handle
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
        case SQLITE_TEXT: return .text(String(decoding: bytes(column), as: UTF8.self))
        case SQLITE_BLOB: return .blob(Array(bytes(column)))
        default: return .null
        }
    }

    /// The bytes of a text or a blob, not copied.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement.handle, column)
        let count = Int(sqlite3_column_bytes(statement.handle, column))
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    }

    func integer(_ column: Int32) -> Int64? {
        if case .integer(let value) = self[column] { value } else { nil }
    }

    /// A whole number counts as a real one too.
    func real(_ column: Int32) -> Double? {
        switch self[column] {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    func text(_ column: Int32) -> String? {
        if case .text(let value) = self[column] { value } else { nil }
    }
}
