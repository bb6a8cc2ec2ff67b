#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
#endif

extension Catalog {
    /// The tables as Python makes them; a test holds this to `photosearch/index/migrations.py`.
    static let tables = tablesOfPhotos + tablesOfChanges + tablesOfRuns + tablesOfTexts

    private static let tablesOfPhotos = [
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value NOT NULL)",
        """
        CREATE TABLE spaces( id INTEGER PRIMARY KEY, space TEXT NOT NULL UNIQUE, \
        model TEXT NOT NULL, dim INTEGER NOT NULL, calibration_scale REAL NOT NULL, \
        calibration_bias REAL NOT NULL)
        """,
        """
        CREATE TABLE photos( id INTEGER PRIMARY KEY AUTOINCREMENT, source NOT NULL UNIQUE, \
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, \
        status TEXT NOT NULL CHECK(status IN ('indexed', 'pending', 'failed')), reason TEXT, \
        content_hash TEXT, width INTEGER, height INTEGER, taken_at INTEGER, \
        utc_offset_min INTEGER, latitude REAL, longitude REAL, camera TEXT, \
        since INTEGER NOT NULL DEFAULT 0, \
        favourite INTEGER NOT NULL DEFAULT 0 CHECK(favourite IN (0, 1)), \
        media INTEGER NOT NULL DEFAULT 0, ctime_ns INTEGER, inode INTEGER, \
        sidecars INTEGER NOT NULL DEFAULT 0, CHECK(status != 'indexed' OR content_hash IS NOT NULL))
        """,
        "CREATE INDEX photos_by_content ON photos(content_hash)",
        "CREATE INDEX photos_by_size ON photos(size)",
        """
        CREATE TABLE embeddings( content_hash TEXT PRIMARY KEY, \
        space INTEGER NOT NULL REFERENCES spaces(id), vector BLOB NOT NULL)
        """,
    ]

    /// What tells a reader how the photos have changed since a file of vectors was written.
    static let tablesOfChanges = [
        "CREATE INDEX photos_by_since ON photos(since)",
        "CREATE TABLE tombstones(id INTEGER PRIMARY KEY, generation INTEGER NOT NULL)",
        """
        CREATE TRIGGER photos_buried AFTER DELETE ON photos WHEN OLD.status = 'indexed' BEGIN \
        INSERT OR REPLACE INTO tombstones VALUES \
        (OLD.id, (SELECT value FROM meta WHERE key = 'generation')); END
        """,
    ]

    /// What runs over folders keep: Python's, this package leaves them as they are.
    static let tablesOfRuns = [
        "CREATE TABLE exclusions(pattern TEXT PRIMARY KEY NOT NULL)",
        "CREATE TABLE left_out(source PRIMARY KEY NOT NULL, kind TEXT, reason TEXT,"
            + " CHECK((kind IS NULL) != (reason IS NULL)))",
    ]

    /// What is said of photos in words; the full-text index is `FullText`'s.
    static let tablesOfTexts = [
        """
        CREATE TABLE texts( id INTEGER PRIMARY KEY REFERENCES photos(id), \
        name TEXT, album TEXT, title TEXT, description TEXT, keywords TEXT, people TEXT, \
        recognised TEXT, is_read INTEGER NOT NULL DEFAULT 0 CHECK(is_read IN (0, 1)))
        """,
        """
        CREATE TRIGGER texts_gone AFTER DELETE ON photos BEGIN \
        DELETE FROM texts WHERE id = OLD.id; END
        """,
        """
        CREATE TRIGGER texts_left AFTER UPDATE OF status ON photos \
        WHEN NEW.status != 'indexed' BEGIN DELETE FROM texts WHERE id = OLD.id; END
        """,
    ]

    /// Makes an empty catalog, complete as soon as it is there; one that exists is left as it is.
    ///
    /// - Throws: `PhotoSearchError` of kind `storage`.
    static func create(directory: String, kind: PhotoIndex.Kind) throws {
        let path = "\(directory)/\(fileName)"
        if access(path, F_OK) == 0 { return }
        if mkdir(directory, 0o755) != 0, errno != EEXIST { throw storage(directory) }
        let temporary = "\(path).\(UInt64.random(in: .min ... .max)).new"
        defer { unlink(temporary) }
        try fill(temporary, kind)
        // a link, unlike a rename, never replaces: the first process wins
        if link(temporary, path) != 0, errno != EEXIST {
            guard access(path, F_OK) != 0, rename(temporary, path) == 0 else { throw storage(path) }
        }
        try sync(path)
        try sync(directory)
    }

    private static func fill(_ path: String, _ kind: PhotoIndex.Kind) throws {
        let database = try SQLiteDatabase(path: path, create: true)
        try database.execute("PRAGMA page_size=4096")
        try database.execute("PRAGMA journal_mode=WAL")
        try database.execute("BEGIN")
        let words = try FullText.isAvailable(database) ? FullText.statements : []
        for statement in tables + words { try database.execute(statement) }
        let meta = """
            INSERT INTO meta(key, value)
            VALUES ('schema', ?), ('kind', ?), ('generation', 0), ('compacted', 0)
            """
        try database.execute(meta, [.integer(schema), .text(kind.rawValue)])
        try database.execute("COMMIT")
    }

    /// Has a file or the names in a folder reach the disk.
    private static func sync(_ path: String) throws(PhotoSearchError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw storage(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw storage(path) }
    }

    private static func storage(_ path: String) -> PhotoSearchError {
        PhotoSearchError(.storage, "\(path): \(FileError.last)")
    }
}
