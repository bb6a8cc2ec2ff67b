import CPhotoSearchKernels

/// The changes of one transaction.
struct CatalogBatch {
    private let catalog: Catalog
    private let database: SQLiteDatabase
    private let space: Space
    private let spaceRow: Int64
    private var replaced: Set<String> = []  // content hashes that photos had before
    private var isNewGeneration = false

    /// - Throws: `PhotoSearchError` of kind `wrongSpace` if the index holds vectors of another one.
    init(_ catalog: Catalog, _ space: Space) throws {
        self.catalog = catalog
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
        case .index(let photo, let contentHash, let vector, let info, let texts):
            try index(photo, contentHash, vector, info, texts)
        case .refine(let photo, let contentHash, let info):
            try refine(photo, contentHash, info)
        case .describe(let source, let isFavourite, let media, let occasion, let texts):
            try describe(source, texts) {
                $0.described(isFavourite: isFavourite, media: media, occasion: occasion)
            }
        case .recognise(let source, let text): try recognise(source, text)
        case .pending(let photo, let reason): try fail(photo, "pending", reason)
        case .failed(let photo, let reason): try fail(photo, "failed", reason)
        case .remove(let source):
            if let row = try row(source) { try delete(row) }
        }
    }

    /// Forgets embeddings that no photo has any more.
    func finish() throws {
        for contentHash in replaced {
            try database.execute(
                """
                DELETE FROM embeddings WHERE content_hash = ?1
                AND NOT EXISTS (SELECT 1 FROM photos WHERE content_hash = ?1)
                """,
                [.text(contentHash)])
        }
    }

    /// Tells readers, before the first change that a search could see: what comes and goes after it
    /// is dated with the generation in which they will see it.
    private mutating func beginGeneration() throws {
        if isNewGeneration { return }
        try database.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        isNewGeneration = true
    }

    private struct Row {
        let id: Int64
        let isIndexed: Bool
        let modifiedNS: Int64?
        let contentHash: String?
        let info: PhotoInfo?
    }

    private func row(_ source: PhotoSource) throws -> Row? {
        let sql = """
            SELECT id, status, content_hash, mtime_ns, \(PhotoInfo.columns) FROM photos
            WHERE source = ?
            """
        return try database.rows(sql, [source.value]) { row in
            Row(
                id: row.integer(0) ?? 0, isIndexed: row.text(1) == "indexed",
                modifiedNS: row.integer(3), contentHash: row.text(2),
                info: PhotoInfo(row, from: 4))
        }.first
    }

    private mutating func delete(_ row: Row) throws {
        if row.isIndexed {
            try beginGeneration()
            if let contentHash = row.contentHash { replaced.insert(contentHash) }
        }
        try database.execute("DELETE FROM photos WHERE id = ?", [.integer(row.id)])
    }

    private mutating func index(
        _ photo: FoundPhoto, _ contentHash: String, _ vector: [Float]?, _ info: PhotoInfo?,
        _ texts: PhotoTexts?
    ) throws {
        if let vector { try check(vector) }
        let info = info?.adding(vector == nil ? try states(of: contentHash) : [])
        let before = try row(photo.source)
        if let before, before.isIndexed, before.contentHash == contentHash {
            try renew(before, photo, info)
            return try renewTexts(before, photo.source, texts)
        }
        try store(vector, contentHash)
        let words = try textRow(photo.source, before, contentHash, texts)
        if let before { try delete(before) }
        try beginGeneration()
        let said = photo.sizeBytes == 0 ? info?.keepingDetails(of: before?.info) : info
        try insert(photo, id: before, status: "indexed", reason: nil, contentHash, said)
        guard let id = try catalog.id(of: photo.source) else { return }
        try catalog.insertTexts(id, words)
    }

    /// What the pixels say, which were not looked at, from a photo that has the same.
    private func states(of contentHash: String) throws -> MediaKinds {
        let sql = "SELECT media FROM photos WHERE content_hash = ? AND status = 'indexed' LIMIT 1"
        guard case .integer(let bits) = try database.value(sql, [.text(contentHash)]) else {
            return []
        }
        return MediaKinds(rawValue: UInt16(truncatingIfNeeded: bits)).intersection(.states)
    }

    /// What is said of a photo that gets another id, or its first one.
    private func textRow(
        _ source: PhotoSource, _ before: Row?, _ contentHash: String, _ texts: PhotoTexts?
    ) throws -> Catalog.TextRow {
        let known = try before.flatMap { try catalog.textRow($0.id) }
        let values = Catalog.textValues(source, texts)
        return Catalog.TextRow(
            values: texts == nil ? known?.values ?? values : values,
            recognised: try catalog.recognised(in: contentHash),
            isRead: texts != nil || known?.isRead == true)
    }

    private mutating func renewTexts(
        _ before: Row, _ source: PhotoSource, _ texts: PhotoTexts?
    ) throws {
        guard let texts else { return }
        let values = Catalog.textValues(source, texts)
        let known = try catalog.textRow(before.id)
        if known?.values == values, known?.isRead == true { return }
        if known?.values != values { try beginGeneration() }
        try catalog.renewTexts(before.id, values)
    }

    private mutating func recognise(_ source: PhotoSource, _ text: String) throws {
        guard let before = try row(source), before.isIndexed else { return }
        let found = SQLValue.text(TextWords.plain(text))
        if try catalog.textRow(before.id)?.recognised == found { return }
        try beginGeneration()
        try database.execute(
            "UPDATE texts SET recognised = ? WHERE id = ?", [found, .integer(before.id)])
    }

    private func check(_ vector: [Float]) throws(PhotoSearchError) {
        guard vector.count == space.dim, vector.allSatisfy(\.isFinite) else {
            throw PhotoSearchError(
                .shape, "vector: got \(vector.count) numbers, expected \(space.dim) finite ones")
        }
    }

    /// The same content: the id stays, what is said of it may be new.
    private mutating func renew(_ before: Row, _ photo: FoundPhoto, _ info: PhotoInfo?) throws {
        let stamp: [SQLValue] = [.integer(photo.sizeBytes), .integer(photo.modifiedNS)]
        // what else Python knew of the file was of how it looked before
        let sql = """
            UPDATE photos SET size = ?1, mtime_ns = ?2, ctime_ns = NULL, inode = NULL
            WHERE id = ?3 AND (size != ?1 OR mtime_ns != ?2)
            """
        try database.execute(sql, stamp + [.integer(before.id)])
        let values = PhotoInfo.values(info)
        if info == nil || values == PhotoInfo.values(before.info) { return }
        try beginGeneration()
        try database.execute(
            "UPDATE photos SET (\(PhotoInfo.columns)) = (\(PhotoInfo.places)) WHERE id = ?",
            values + [.integer(before.id)])
    }

    /// A copy may be indexed by that content already: then this photo is, too, and an id never changes
    /// its vector.
    private mutating func refine(
        _ photo: FoundPhoto, _ contentHash: String, _ info: PhotoInfo?
    ) throws {
        guard let before = try row(photo.source), before.isIndexed,
            before.modifiedNS == photo.modifiedNS, let old = before.contentHash
        else { return }
        let info = info?.adding(before.info?.media.intersection(.states) ?? [])
        if old == contentHash { return try renew(before, photo, info) }
        if try catalog.holds(contentHash: contentHash) {
            return try index(photo, contentHash, nil, info, nil)
        }
        try database.execute(
            """
            INSERT INTO embeddings
            SELECT ?1, space, vector FROM embeddings WHERE content_hash = ?2
            """,
            [.text(contentHash), .text(old)])
        try database.execute(
            "UPDATE photos SET content_hash = ? WHERE id = ?",
            [.text(contentHash), .integer(before.id)])
        replaced.insert(old)
        try renew(before, photo, info)
    }

    private mutating func describe(
        _ source: PhotoSource, _ texts: PhotoTexts?, _ change: (PhotoInfo) -> PhotoInfo
    ) throws {
        guard let before = try row(source), before.isIndexed else { return }
        try renewTexts(before, source, texts)
        let known = before.info ?? PhotoInfo(width: 0, height: 0)
        let info = change(known)
        if info == known { return }
        try beginGeneration()
        let sql = """
            UPDATE photos SET favourite = ?2, media = ?3, taken_at = ?4, utc_offset_min = ?5,
            latitude = ?6, longitude = ?7 WHERE id = ?1
            """
        try database.execute(
            sql,
            [
                .integer(before.id), .integer(info.isFavourite ? 1 : 0),
                .integer(Int64(info.media.rawValue)),
                info.cameraTime.map(SQLValue.integer) ?? .null,
                info.utcOffsetMinutes.map { .integer(Int64($0)) } ?? .null,
                info.latitude.map(SQLValue.real) ?? .null,
                info.longitude.map(SQLValue.real) ?? .null,
            ])
    }

    private func store(_ vector: [Float]?, _ contentHash: String) throws {
        guard let vector else {
            if try catalog.holds(contentHash: contentHash) { return }
            throw PhotoSearchError(
                .usage, "content \(contentHash.prefix(12))…: got no vector, and none is stored")
        }
        var halves = [UInt8](repeating: 0, count: 2 * vector.count)
        ps_encode_f16(vector, vector.count, &halves)
        try database.execute(
            "INSERT OR IGNORE INTO embeddings VALUES (?, ?, ?)",
            [.text(contentHash), .integer(spaceRow), .blob(halves)])
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
            INSERT INTO photos(id, source, size, mtime_ns, status, reason, content_hash, since,
            \(PhotoInfo.columns)) VALUES (?, ?, ?, ?, ?, ?, ?,
            (SELECT value FROM meta WHERE key = 'generation'), \(PhotoInfo.places))
            """,
            [
                id, photo.source.value, .integer(photo.sizeBytes), .integer(photo.modifiedNS),
                .text(status), reason.map(SQLValue.text) ?? .null,
                contentHash.map(SQLValue.text) ?? .null,
            ] + PhotoInfo.values(info))
    }
}
