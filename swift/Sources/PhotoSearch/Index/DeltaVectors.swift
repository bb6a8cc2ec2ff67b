import FaissFormat

/// Vectors that came after a file was made: a few small indexes in memory, as exact as the catalog.
struct DeltaVectors: Sendable {
    /// Vectors of a part. Only the last one grows, so that adding costs as much as a part at most.
    static let most = 1024

    /// Each in the order of ids, so that ties go to the lowest id.
    private(set) var parts: [FaissIndex] = []

    /// Reads what has become searchable after a generation.
    ///
    /// - Complexity: O(m) for m photos that are new.
    mutating func add(from catalog: Catalog, after generation: Int64, dim: Int) throws {
        let new = """
            SELECT p.id, e.vector FROM photos p INDEXED BY photos_by_since CROSS JOIN embeddings e
            ON e.content_hash = p.content_hash
            WHERE p.since > ? AND p.status = 'indexed'
            """
        var rows: [Row] = []
        try catalog.database.query(new, [.integer(generation)]) { row in
            rows.append(
                Row(id: row.integer(0) ?? 0, vector: try Catalog.decode(row.bytes(1), dim: dim)))
            if rows.count == Self.most {
                try add(rows, dim)
                rows.removeAll(keepingCapacity: true)
            }
            return true
        }
        if !rows.isEmpty { try add(rows, dim) }
    }

    private struct Row {
        let id: Int64
        let vector: [Float]
    }

    /// Into the last part, then into new ones.
    private mutating func add(_ new: [Row], _ dim: Int) throws {
        var rows = new
        if let last = parts.last, last.count < Self.most {
            parts.removeLast()
            rows += (0..<last.count).map {
                Row(id: last.id(ofRow: $0), vector: last.vector(atRow: $0))
            }
        }
        rows.sort { $0.id < $1.id }
        for start in stride(from: 0, to: rows.count, by: Self.most) {
            let encoder = try VectorEncoder(format: .float16, dimension: dim)
            var writer = try FaissWriter(encoder: encoder, metric: .innerProduct)
            for row in rows[start..<min(start + Self.most, rows.count)] {
                try writer.append(row.vector, id: row.id)
            }
            parts.append(try FaissIndex(writer.data()))
        }
    }
}
