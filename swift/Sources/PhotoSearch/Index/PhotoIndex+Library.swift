// What a catalog says of the places and times of its photos, for the reading of queries.

private let perDegree = Int((1 / LibraryPlaces.cellDegrees).rounded())

extension PhotoIndex {
    /// Where and when the indexed photos were taken, for ``QueryReading``; nil of no photo.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexDamaged` or `storage`.
    /// - Complexity: O(n) in the photos.
    public func library() throws -> LibraryPlaces? {
        try catalog.database.reading {
            guard try catalog.hasPhotos() else { return nil }
            return LibraryPlaces(cells: try catalog.cells(), isDated: try catalog.isDated())
        }
    }
}

extension Catalog {
    /// The places and times of the indexed photos, read when first asked for; nil of no photo.
    func facts() throws -> LibraryFacts? {
        guard try hasPhotos() else { return nil }
        return LibraryFacts(cells: { try self.cells() }, isDated: { try self.isDated() })
    }

    fileprivate func hasPhotos() throws -> Bool {
        try holds("SELECT EXISTS (SELECT 1 FROM photos WHERE status = 'indexed')")
    }

    fileprivate func isDated() throws -> Bool {
        try holds("SELECT 2 * count(taken_at) >= count(*) FROM photos WHERE status = 'indexed'")
    }

    private func holds(_ sql: String) throws -> Bool {
        try database.value(sql) == .integer(1)
    }

    /// Where photos were taken, from south to north and west to east.
    fileprivate func cells() throws -> [LibraryPlaces.Cell] {
        let (size, half) = (Double(perDegree), 0.5)
        // floor is no function of every SQLite; round goes away from zero at halves, which are few
        let sql = """
            SELECT round(latitude * \(perDegree) - 0.5),
                round(longitude * \(perDegree) - 0.5), count(*) FROM photos
            WHERE status = 'indexed' AND latitude IS NOT NULL AND longitude IS NOT NULL
            GROUP BY 1, 2 ORDER BY 1, 2
            """
        return try database.rows(sql) { row in
            LibraryPlaces.Cell(
                latitude: ((row.real(0) ?? 0) + half) / size,
                longitude: ((row.real(1) ?? 0) + half) / size,
                photos: row.integer(2).map(Int.init) ?? 0)
        }
    }
}
