/// One name in several spellings: `é` is one character or two, and a disk keeps what it was given.
/// The same as `photosearch/index/paths.py`.
enum Spellings {
    private static let slash = UInt8(ascii: "/")

    /// The path as it is given, then as the catalog spells it otherwise: every spelling that is
    /// canonically equivalent (UAX #15).
    static func stored(_ path: PhotoSource, _ database: SQLiteDatabase) throws -> [PhotoSource] {
        let parts = path.bytes.split(separator: slash, omittingEmptySubsequences: false)
        var found = [Array(parts[0])]
        for part in parts.dropFirst() {
            found = try found.flatMap { folder in
                try alike(Array(part), in: folder + [slash], database)
            }
        }
        return found.map { PhotoSource(bytes: $0) }
    }

    /// A folder's entries that are this name: itself, and those that only look like it.
    private static func alike(
        _ name: [UInt8], in parent: [UInt8], _ database: SQLiteDatabase
    ) throws -> [[UInt8]] {
        var names = [name]
        if let wanted = composed(name) {
            let head = parent + wanted.prefix { $0 < 0x80 }.map { UInt8($0) }
            for isText in [true, false] {
                for other in try leap(from: head, parent, isText: isText, database)
                where composed(other) == wanted && !names.contains(other) { names.append(other) }
            }
        }
        return names.map { parent + $0 }
    }

    /// What all spellings of a name have in common; nil if there is only the one.
    private static func composed(_ name: [UInt8]) -> [UInt32]? {
        guard name.contains(where: { $0 >= 0x80 }), let text = String(validating: name) else {
            return nil
        }
        let codes = CodePoints.of(text)
        let composed = Normalization.nfc(codes)
        return composed == Normalization.nfd(codes) ? nil : composed
    }

    /// Entries of a folder of the catalog from a name on, leaping from name to name.
    private static func leap(
        from head: [UInt8], _ parent: [UInt8], isText: Bool, _ database: SQLiteDatabase
    ) throws -> [[UInt8]] {
        func bound(_ bytes: [UInt8]) -> SQLValue {
            isText ? .text(String(decoding: bytes, as: UTF8.self)) : .blob(bytes)
        }
        if isText, String(validating: head) == nil { return [] }  // no name inside is TEXT
        let last: [UInt8] = isText ? [0xF4, 0x8F, 0xBF, 0xBF] : [0xFF]  // U+10FFFF
        var (low, names) = (head, [[UInt8]]())
        while let bytes = try next(bound(low), bound(head + last), database) {
            let rest = bytes.dropFirst(parent.count)
            let name = Array(rest.prefix { $0 != slash })
            names.append(name)
            low = parent + name + (name.count < rest.count ? [slash + 1] : [0])
        }
        return names
    }

    private static func next(
        _ low: SQLValue, _ high: SQLValue, _ database: SQLiteDatabase
    ) throws -> [UInt8]? {
        let sql = """
            SELECT source FROM photos WHERE source >= ? AND source < ? ORDER BY source LIMIT 1
            """
        return try database.rows(sql, [low, high]) { Array($0.bytes(0)) }.first
    }
}

extension String {
    /// nil unless the bytes are UTF-8.
    fileprivate init?(validating bytes: [UInt8]) {
        let isUTF8 = bytes.withUnsafeBufferPointer { UTF8Check.firstInvalid($0) } == nil
        guard isUTF8 else { return nil }
        self = String(decoding: bytes, as: UTF8.self)
    }
}
