/// A photo as it is found, before anything is known of its content.
public struct FoundPhoto: Sendable, Hashable {
    public let source: PhotoSource
    public let sizeBytes: Int64
    /// When it was last changed, in nanoseconds since 1970.
    public let modifiedNS: Int64

    public init(source: PhotoSource, sizeBytes: Int64, modifiedNS: Int64) {
        self.source = source
        self.sizeBytes = sizeBytes
        self.modifiedNS = modifiedNS
    }
}

/// One thing that an index is told. A photo that is told again replaces what was known of it.
public enum IndexChange: Sendable {
    /// Its content, as SHA-256 in hex, and what was computed from it. Copies share one vector.
    case index(FoundPhoto, contentHash: String, vector: [Float], info: PhotoInfo?)
    /// Cannot be looked at now, and why. If it is indexed, it stays so until it can be.
    case pending(FoundPhoto, reason: String)
    /// Cannot be looked at, and why.
    case failed(FoundPhoto, reason: String)
    /// Forgets a photo.
    case remove(PhotoSource)
}

/// One row of the catalog.
public struct IndexedPhoto: Sendable, Hashable {
    public enum Status: String, Sendable, CaseIterable {
        case indexed, pending, failed
    }

    public let id: Int64
    public let found: FoundPhoto
    public let status: Status
    /// Why it is pending or failed.
    public let reason: String?
}

extension Catalog {
    /// Every row in the order of ids, whatever its status.
    func all() throws -> [IndexedPhoto] {
        let sql = "SELECT id, source, size, mtime_ns, status, reason FROM photos ORDER BY id"
        return try database.rows(sql) { row in
            guard let id = row.integer(0), let source = PhotoSource(row[1]),
                let size = row.integer(2), let modified = row.integer(3),
                let status = row.text(4).flatMap(IndexedPhoto.Status.init)
            else {
                throw PhotoSearchError(.indexDamaged, "\(database.path): photos: a row is damaged")
            }
            return IndexedPhoto(
                id: id,
                found: FoundPhoto(source: source, sizeBytes: size, modifiedNS: modified),
                status: status, reason: row.text(5))
        }
    }

    /// All of the changes or, if it throws, none of them; on the disk when it returns.
    ///
    /// The rules are those of `photosearch/index/settle.py`: a photo whose content changed gets a
    /// new id, so that an id never changes its vector.
    func apply(_ changes: [IndexChange], in space: Space) throws {
        try database.transaction("BEGIN IMMEDIATE") {
            var batch = try CatalogBatch(self, space)
            for change in changes { try batch.apply(change) }
            try batch.finish()
        }
    }
}

/// The changes of one transaction.
private struct CatalogBatch {
    private let database: SQLiteDatabase
    private let space: Space
    private let spaceRow: Int64
    private var replaced: Set<String> = []  // content hashes that photos had before
    private var isChanged = false  // in a way that a search could see

    init(_ catalog: Catalog, _ space: Space) throws {
        database = catalog.database
        self.space = space
        if let found = try catalog.space(), found.space != space.space {
            throw PhotoSearchError(
                .wrongSpace,
                "the index holds vectors of space \(found.space.prefix(12))…, got \(space.space.prefix(12))…"
            )
        }
        try database.execute(
            """
            INSERT OR IGNORE INTO spaces(space, model, dim, calibration_scale, calibration_bias)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                .text(space.space), .text(space.model), .integer(Int64(space.dim)),
                .real(space.calibration.scale), .real(space.calibration.bias),
            ])
        let row = try database.value("SELECT id FROM spaces WHERE space = ?", [.text(space.space)])
        guard case .integer(let id) = row else {
            throw PhotoSearchError(.indexDamaged, "\(database.path): spaces: the row is missing")
        }
        spaceRow = id
    }

    mutating func apply(_ change: IndexChange) throws {
        switch change {
        case .index(let photo, let contentHash, let vector, let info):
            try index(photo, contentHash, vector, info)
        case .pending(let photo, let reason): try fail(photo, "pending", reason)
        case .failed(let photo, let reason): try fail(photo, "failed", reason)
        case .remove(let source):
            if let row = try row(source) { try delete(row) }
        }
    }

    /// Forgets embeddings that no photo has any more, and tells readers.
    func finish() throws {
        for contentHash in replaced {
            try database.execute(
                """
                DELETE FROM embeddings WHERE content_hash = ?1
                AND NOT EXISTS (SELECT 1 FROM photos WHERE content_hash = ?1)
                """,
                [.text(contentHash)])
        }
        if isChanged {
            try database.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        }
    }

    private struct Row {
        let id: Int64
        let isIndexed: Bool
        let contentHash: String?
    }

    private func row(_ source: PhotoSource) throws -> Row? {
        let sql = "SELECT id, status, content_hash FROM photos WHERE source = ?"
        return try database.rows(sql, [source.value]) { row in
            Row(
                id: row.integer(0) ?? 0, isIndexed: row.text(1) == "indexed",
                contentHash: row.text(2))
        }.first
    }

    private mutating func delete(_ row: Row) throws {
        try database.execute("DELETE FROM photos WHERE id = ?", [.integer(row.id)])
        if row.isIndexed {
            isChanged = true
            if let contentHash = row.contentHash { replaced.insert(contentHash) }
        }
    }

    private mutating func index(
        _ photo: FoundPhoto, _ contentHash: String, _ vector: [Float], _ info: PhotoInfo?
    ) throws {
        guard vector.count == space.dim, vector.allSatisfy(\.isFinite) else {
            throw PhotoSearchError(
                .shape, "vector: got \(vector.count) numbers, expected \(space.dim) finite ones")
        }
        let before = try row(photo.source)
        if let before, before.isIndexed, before.contentHash == contentHash {
            let stamp: [SQLValue] = [.integer(photo.sizeBytes), .integer(photo.modifiedNS)]
            let sql = "UPDATE photos SET size = ?, mtime_ns = ? WHERE id = ?"
            return try database.execute(sql, stamp + [.integer(before.id)])
        }
        if let before { try delete(before) }
        let halves = vector.flatMap { value in
            withUnsafeBytes(of: Half.bits(value).littleEndian) { Array($0) }
        }
        try database.execute(
            "INSERT OR IGNORE INTO embeddings VALUES (?, ?, ?)",
            [.text(contentHash), .integer(spaceRow), .blob(halves)])
        try insert(photo, id: before, status: "indexed", reason: nil, contentHash, info)
        isChanged = true
    }

    private mutating func fail(_ photo: FoundPhoto, _ status: String, _ reason: String) throws {
        let before = try row(photo.source)
        if let before {
            if before.isIndexed, status == "pending" { return }
            try delete(before)
        }
        try insert(photo, id: before, status: status, reason: reason, nil, nil)
    }

    /// Other content needs another id; a photo that never had any keeps its own.
    private func insert(
        _ photo: FoundPhoto, id before: Row?, status: String, reason: String?,
        _ contentHash: String?, _ info: PhotoInfo?
    ) throws {
        let id = before.flatMap { $0.isIndexed ? nil : SQLValue.integer($0.id) } ?? .null
        try database.execute(
            """
            INSERT INTO photos(id, source, size, mtime_ns, status, reason, content_hash,
            \(PhotoInfo.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                id, photo.source.value, .integer(photo.sizeBytes), .integer(photo.modifiedNS),
                .text(status), reason.map(SQLValue.text) ?? .null,
                contentHash.map(SQLValue.text) ?? .null,
            ] + PhotoInfo.values(info))
    }
}
