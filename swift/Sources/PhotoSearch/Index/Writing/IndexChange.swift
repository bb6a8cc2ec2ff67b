// What an index is told of photos, and the rows of its catalog.

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
public enum IndexChange: Sendable, Equatable {
    /// Its content, as SHA-256 in hex, and what was computed from it. Copies share one vector: it is
    /// nil for a content that the index holds already, be it of this photo or of another.
    /// Without texts, those that were known of it stay.
    case index(
        FoundPhoto, contentHash: String, vector: [Float]?, info: PhotoInfo?,
        texts: PhotoTexts? = nil)
    /// Another content hash for the same picture, whose vector and id stay: what was indexed by a
    /// smaller picture of it has been read in full. Nothing for a photo that is not indexed, or has
    /// changed since.
    case refine(FoundPhoto, contentHash: String, info: PhotoInfo?)
    /// What the library says of a photo, whatever its content. Nothing for one that is not indexed.
    case describe(
        PhotoSource, isFavourite: Bool, media: MediaKinds, occasion: Occasion? = nil,
        texts: PhotoTexts? = nil)
    /// The text in its picture, "" where there is none. Nothing for one that is not indexed.
    case recognise(PhotoSource, text: String)
    /// Cannot be looked at now, and why. If it is indexed, it stays so until it can be.
    case pending(FoundPhoto, reason: String)
    /// Cannot be looked at, and why.
    case failed(FoundPhoto, reason: String)
    /// Forgets a photo.
    case remove(PhotoSource)
}

/// One row of the catalog.
public struct IndexedPhoto: Sendable, Hashable, Identifiable {
    public enum Status: String, Sendable, CaseIterable {
        case indexed, pending, failed
    }

    public let id: Int64
    public let found: FoundPhoto
    public let status: Status
    /// Why it is pending or failed.
    public let reason: String?
    /// nil for a photo that was never decoded.
    public let info: PhotoInfo?

    /// For previews and tests: an index makes its own.
    public init(
        id: Int64, found: FoundPhoto, status: Status, reason: String? = nil, info: PhotoInfo? = nil
    ) {
        (self.id, self.found, self.status) = (id, found, status)
        (self.reason, self.info) = (reason, info)
    }

    /// Of the photo in a photo library, if that is where it was indexed; the path of a file otherwise.
    public var localIdentifier: String { found.source.description }
}

/// Which photos of an index.
public enum PhotoRows: Sendable, Equatable {
    case all
    case named([PhotoSource])
    /// Pending and failed ones.
    case unsearchable
    /// Searchable by a smaller picture of an original that was not read: see `IndexChange.refine`.
    case indexedInPart
    /// Searchable ones in which nobody has looked for text: see `IndexChange.recognise`.
    case withoutText
}

extension Catalog {
    /// Rows in the order of ids.
    func photos(_ which: PhotoRows) throws -> [IndexedPhoto] {
        switch which {
        case .all: try photos(where: "1")
        case .unsearchable: try photos(where: "status != 'indexed'")
        case .indexedInPart: try photos(where: "size = 0 AND status = 'indexed'")
        case .withoutText: try photos(where: Self.isWithoutText)
        case .named(let sources): try photos(where: "source", among: sources.map(\.value))
        }
    }

    func photos(where column: String, among values: [SQLValue]) throws -> [IndexedPhoto] {
        let chunk = 500  // variables of one statement
        var found: [IndexedPhoto] = []
        for start in stride(from: 0, to: values.count, by: chunk) {
            let some = Array(values[start..<min(start + chunk, values.count)])
            let places = Array(repeating: "?", count: some.count).joined(separator: ",")
            found += try photos(where: "\(column) IN (\(places))", some)
        }
        return found.sorted { $0.id < $1.id }
    }

    private func photos(where condition: String, _ values: [SQLValue] = []) throws -> [IndexedPhoto]
    {
        let sql = """
            SELECT id, source, size, mtime_ns, status, reason, \(PhotoInfo.columns) FROM photos
            WHERE \(condition) ORDER BY id
            """
        return try database.rows(sql, values) { row in
            guard let id = row.integer(0), let source = PhotoSource(row[1]),
                let size = row.integer(2), let modified = row.integer(3),
                let status = row.text(4).flatMap(IndexedPhoto.Status.init)
            else {
                throw PhotoSearchError(.indexDamaged, "\(database.path): photos: a row is damaged")
            }
            return IndexedPhoto(
                id: id,
                found: FoundPhoto(source: source, sizeBytes: size, modifiedNS: modified),
                status: status, reason: row.text(5), info: PhotoInfo(row, from: 6))
        }
    }

    /// Whether the vector of a content is stored.
    func holds(contentHash: String) throws -> Bool {
        let sql = "SELECT 1 FROM embeddings WHERE content_hash = ?"
        return try database.value(sql, [.text(contentHash)]) != nil
    }

    /// All of the changes or, if it throws, none of them; on the disk when it returns.
    ///
    /// The rules are those of `photosearch/index/catalog_batch.py`: a photo whose content changed gets a
    /// new id, so that an id never changes its vector.
    func apply(_ changes: [IndexChange], in space: Space) throws {
        try writing {
            var batch = try CatalogBatch(self, space)
            for change in changes { try batch.apply(change) }
            try batch.finish()
        }
    }
}
