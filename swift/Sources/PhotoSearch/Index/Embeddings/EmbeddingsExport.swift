import FaissFormat

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension PhotoIndex {
    /// Writes the embeddings of all indexed photos, and what is known of them, to one file.
    ///
    /// All of them as they are at one moment. Searches go on meanwhile.
    ///
    /// - Parameter url: Of the file, a `.safetensors`; one that is there is replaced.
    /// - Returns: The number of photos.
    /// - Throws: `PhotoSearchError` of kind `usage` if nothing has been indexed yet, `indexDamaged`,
    ///   `storage`.
    /// - Complexity: O(n) in the photos; in memory, a megabyte.
    public nonisolated func exportEmbeddings(to url: URL) async throws -> Int {
        let catalog = try Catalog(directory: path)  // a connection of its own
        return try catalog.database.reading {
            guard let space = try catalog.space() else {
                throw PhotoSearchError(.usage, "\(path): got no indexed photos, expected some")
            }
            let export = EmbeddingsExport(catalog: catalog, space: space)
            let size = try export.size()
            do {
                try replaceFile(at: url) { file in try export.write(size, to: &file) }
            } catch let FaissError.file(path, reason) {
                throw PhotoSearchError(.storage, "\(path): \(reason)")
            }
            return size.count
        }
    }
}

/// Reads the catalog once for each array.
private struct EmbeddingsExport {
    private static let chunk = 1 << 20  // bytes written at once

    let catalog: Catalog
    let space: Space

    func size() throws -> EmbeddingsSize {
        let sql = """
            SELECT count(*), count(*) FILTER (WHERE length(e.vector) = ?),
            total(length(CAST(source AS BLOB))), total(length(CAST(camera AS BLOB)))
            FROM photos p LEFT JOIN embeddings e USING (content_hash) WHERE p.status = 'indexed'
            """
        let counts = try catalog.database.rows(sql, [.integer(Int64(2 * space.dim))]) { row in
            (0..<4).map { Int(row.real($0) ?? 0) }
        }
        guard let counts = counts.first, counts[0] == counts[1] else {
            throw damage("photos have no usable embedding; run 'photosearch verify-index --repair'")
        }
        return EmbeddingsSize(
            count: counts[0], dim: space.dim, sources: counts[2], cameras: counts[3])
    }

    func write(_ size: EmbeddingsSize, to file: inout NewFile) throws {
        let metadata = [
            "format": EmbeddingsField.format, "version": EmbeddingsField.version,
            "space": space.space, "model": space.model, "dim": "\(space.dim)",
            "calibration_scale": "\(space.calibration.scale)",
            "calibration_bias": "\(space.calibration.bias)",
        ]
        try size.header(metadata).withUnsafeBytes { try file.write($0) }
        for field in EmbeddingsField.allCases {
            var buffer: [UInt8] = []
            var total = 0
            try forEachRow(field) { row in
                try append(row, field, &total, to: &buffer)
                guard buffer.count >= Self.chunk else { return }
                try buffer.withUnsafeBytes { try file.write($0) }
                buffer.removeAll(keepingCapacity: true)
            }
            try buffer.withUnsafeBytes { try file.write($0) }
        }
    }

    private func forEachRow(_ field: EmbeddingsField, _ body: (SQLiteRow) throws -> Void) throws {
        let join =
            field == .vectors ? "CROSS JOIN embeddings e ON e.content_hash = p.content_hash" : ""
        let sql = """
            SELECT \(field.column) FROM photos p \(join) WHERE p.status = 'indexed' ORDER BY p.id
            """
        try catalog.database.query(sql) { row in
            try body(row)
            return true
        }
    }

    /// - Parameter total: Bytes of this text and all before it.
    private func append(
        _ row: SQLiteRow, _ field: EmbeddingsField, _ total: inout Int, to buffer: inout [UInt8]
    ) throws {
        func add(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { buffer.append(contentsOf: $0) }
        }
        switch field {
        case .cameraEnd, .sourceEnd:
            total += row.bytes(0).count
            add(Int64(total))
        case .height, .modified, .size, .takenAt, .utcOffset, .width:
            add(row.integer(0) ?? EmbeddingsField.missing)
        case .latitude, .longitude: add((row.real(0) ?? .nan).bitPattern)
        case .vectors, .camera, .source: buffer.append(contentsOf: row.bytes(0))
        case .contentHash: buffer += try bytes(ofHex: row.bytes(0))
        case .favourite: buffer.append(UInt8(truncatingIfNeeded: row.integer(0) ?? 0))
        case .media: add(UInt16(truncatingIfNeeded: row.integer(0) ?? 0))
        }
    }

    private func bytes(ofHex hex: UnsafeRawBufferPointer) throws -> [UInt8] {
        let digits = hex.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard hex.count == 2 * EmbeddingsSize.hash, digits.count == hex.count else {
            throw damage("a content hash is not 64 hex digits")
        }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }

    private func damage(_ problem: String) -> PhotoSearchError {
        PhotoSearchError(.indexDamaged, "\(catalog.database.path): \(problem)")
    }
}
