import CPhotoSearchKernels

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
#endif

/// `catalog.sqlite`: what is known of every photo, and its embedding. The truth of an index.
///
/// The tables are described in `photosearch/index/migrations.py`.
final class Catalog {
    static let schema: Int64 = 4
    static let fileName = "catalog.sqlite"
    /// No model comes near; what a damaged catalog asks for, nobody allocates.
    private static let mostDim: Int64 = 65_536

    let database: SQLiteDatabase
    private let hasFTS5: Bool

    /// Opens the catalog of an index.
    ///
    /// - Parameter directory: The path of the index.
    /// - Throws: `PhotoSearchError` of kind `indexMissing`, `indexDamaged`, `indexTooNew`,
    ///   `storage`.
    convenience init(directory: String) throws {
        let path = "\(directory)/\(Self.fileName)"
        guard access(path, F_OK) == 0 else {
            if access("\(directory)/\(VectorFile.fileName)", F_OK) == 0 {
                throw PhotoSearchError(
                    .indexDamaged,
                    """
                    \(path) is missing: it holds the names of the photos. Restore it from a backup, \
                    or delete \(directory) and index again
                    """)
            }
            throw PhotoSearchError(.indexMissing, "no photo index at \(directory)")
        }
        // a medium that cannot be written to, with no transaction in the write-ahead log
        let isAtRest = access(directory, W_OK) != 0 && access("\(path)-wal", F_OK) != 0
        try self.init(SQLiteDatabase(path: path, immutable: isAtRest))
    }

    /// - Throws: `PhotoSearchError` of kind `indexDamaged`, `indexTooNew`, `storage`.
    init(_ database: SQLiteDatabase) throws {
        self.database = database
        hasFTS5 = try FullText.isAvailable(database)
        if try schema() < Self.schema { try upgrade() }
        if hasFTS5, try !FullText.isInStep(database) {
            // where nothing can be written now, the next one tries again
            try? database.transaction("BEGIN IMMEDIATE") { try FullText.make(database) }
        }
    }

    /// Whether words can be looked for: this SQLite has FTS5, and the words are in step.
    func hasWords() throws -> Bool { try hasFTS5 && FullText.isInStep(database) }

    /// All that `body` does or, if it throws, none of it; on the disk when it returns.
    func writing<Result>(_ body: () throws -> Result) throws -> Result {
        try database.transaction("BEGIN IMMEDIATE") {
            if !hasFTS5 { try FullText.letGo(database) }
            return try body()
        }
    }

    /// - Throws: `PhotoSearchError` of kind `indexTooNew`, or `indexDamaged` for one that never was.
    func schema() throws -> Int64 {
        let found = try number("schema")
        guard found >= 1 else {
            throw PhotoSearchError(
                .indexDamaged,
                "\(database.path): schema: got \(found), expected 1 to \(Self.schema)")
        }
        guard found <= Self.schema else {
            throw PhotoSearchError(
                .indexTooNew,
                """
                \(database.path): got schema \(found), this version reads up to \(Self.schema); \
                update photosearch, or index into another folder
                """)
        }
        return found
    }

    /// Grows with every change that a search could see.
    func generation() throws -> Int64 { try number("generation") }

    /// The generation for which the file of vectors was last made; older ones are of no use.
    func compacted() throws -> Int64 { try number("compacted") }

    private func number(_ key: String) throws -> Int64 {
        guard case .integer(let value) = try meta(key) else {
            throw PhotoSearchError(.indexDamaged, "\(database.path): \(key): expected a number")
        }
        return value
    }

    func meta(_ key: String) throws -> SQLValue? {
        try database.value("SELECT value FROM meta WHERE key = ?", [.text(key)])
    }

    /// nil while nothing has been indexed yet.
    func space() throws -> Space? {
        let sql =
            "SELECT space, model, dim, calibration_scale, calibration_bias FROM spaces LIMIT 1"
        return try database.rows(sql) { row in
            guard let space = row.text(0), let model = row.text(1), let dim = row.integer(2),
                let scale = row.real(3), let bias = row.real(4), dim > 0, dim <= Self.mostDim
            else {
                throw PhotoSearchError(
                    .indexDamaged, "\(self.database.path): spaces: a row is damaged")
            }
            return Space(
                space: space, model: model, dim: Int(dim),
                calibration: Calibration(scale: scale, bias: bias))
        }.first
    }

    func status() throws -> IndexStatus {
        var counts: [String: Int] = [:]
        try database.query("SELECT status, count(*) FROM photos GROUP BY status") { row in
            counts[row.text(0) ?? ""] = row.integer(1).map(Int.init)
            return true
        }
        return IndexStatus(
            indexed: counts["indexed"] ?? 0, pending: counts["pending"] ?? 0,
            failed: counts["failed"] ?? 0, space: try space(), generation: try generation())
    }

    /// A photo's name and what the camera wrote, by id.
    func photos(_ ids: [Int64]) throws -> [Int64: (PhotoSource, PhotoInfo?)] {
        let chunk = 500
        var found: [Int64: (PhotoSource, PhotoInfo?)] = [:]
        for start in stride(from: 0, to: ids.count, by: chunk) {
            let some = ids[start..<min(start + chunk, ids.count)]
            let places = Array(repeating: "?", count: some.count).joined(separator: ",")
            let sql = "SELECT id, source, \(PhotoInfo.columns) FROM photos WHERE id IN (\(places))"
            try database.query(sql, some.map { .integer($0) }) { row in
                if let id = row.integer(0), let source = PhotoSource(row[1]) {
                    found[id] = (source, PhotoInfo(row, from: 2))
                }
                return true
            }
        }
        return found
    }

    /// The unit vector of an indexed photo, or nil if there is none.
    func vector(of id: Int64, dim: Int) throws -> [Float]? {
        let sql = """
            SELECT e.vector FROM photos p JOIN embeddings e USING (content_hash)
            WHERE p.id = ? AND p.status = 'indexed'
            """
        let vector = try database.rows(sql, [.integer(id)]) { row in
            try Self.decode(row.bytes(0), dim: dim)
        }.first
        return vector.map(Vector.exactUnit)
    }

    /// The id under which a photo is known.
    func id(of source: PhotoSource) throws -> Int64? {
        let sql = "SELECT id FROM photos WHERE source = ?"
        guard case .integer(let id) = try database.value(sql, [source.value]) else { return nil }
        return id
    }

    /// A stored embedding, fp16, little-endian.
    static func decode(_ bytes: UnsafeRawBufferPointer, dim: Int) throws(PhotoSearchError)
        -> [Float]
    {
        guard bytes.count == 2 * dim else {
            throw PhotoSearchError(
                .indexDamaged,
                """
                a stored vector is not \(2 * dim) bytes long; run 'photosearch verify-index --repair'
                """)
        }
        var vector = [Float](repeating: 0, count: dim)
        var row = ps_rows(
            codes: bytes.baseAddress, stride: bytes.count, dim: dim, at: nil, first: 0, count: 1)
        ps_decode_f16(&row, &vector)
        return vector
    }
}
