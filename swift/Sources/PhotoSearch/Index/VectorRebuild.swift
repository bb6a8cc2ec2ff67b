import FaissFormat

/// The vectors of a catalog, built from its embeddings alone, byte for byte as Python builds them.
enum VectorRebuild {
    /// In memory, in the order of ids.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexDamaged` if the catalog cannot be read.
    static func index(of catalog: Catalog, dim: Int) throws -> FaissIndex {
        let data = try vectors(of: catalog, dim: dim).data()
        do {
            return try FaissIndex(data)
        } catch {
            throw PhotoSearchError(.indexDamaged, "\(catalog.database.path): \(error)")
        }
    }

    /// What `vectors.faiss` holds.
    ///
    /// - Complexity: O(n) in the photos, and as many bytes of memory as the file has.
    static func vectors(of catalog: Catalog, dim: Int) throws -> FaissWriter {
        let encoder = try encoder(catalog, dim)
        var writer = try FaissWriter(encoder: encoder, metric: .innerProduct)
        let indexed = "SELECT count(*) FROM photos WHERE status = 'indexed'"
        if case .integer(let count) = try catalog.database.value(indexed) {
            writer.reserve(Int(count))
        }
        let inOrder = """
            SELECT p.id, e.vector FROM photos p CROSS JOIN embeddings e
            ON e.content_hash = p.content_hash WHERE p.status = 'indexed' ORDER BY p.id
            """
        try catalog.database.query(inOrder) { row in
            try writer.append(Catalog.decode(row.bytes(1), dim: dim), id: row.integer(0))
            return true
        }
        return writer
    }

    private static func encoder(_ catalog: Catalog, _ dim: Int) throws -> VectorEncoder {
        let stored = try catalog.meta("kind")
        guard case .text(let name) = stored, let kind = PhotoIndex.Kind(rawValue: name) else {
            let names = PhotoIndex.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw PhotoSearchError(
                .indexDamaged, "\(catalog.database.path): kind: expected one of \(names)")
        }
        return try VectorEncoder(
            format: kind.format, dimension: dim,
            trainedOn: kind == .sq8 ? extremes(catalog, dim) : [])
    }

    /// Two vectors that span the ranges of all: the least and the greatest value of each dimension.
    private static func extremes(_ catalog: Catalog, _ dim: Int) throws -> [[Float]] {
        var low = [Float](repeating: .infinity, count: dim)
        var high = [Float](repeating: -.infinity, count: dim)
        try catalog.database.query("SELECT vector FROM embeddings") { row in
            let vector = try Catalog.decode(row.bytes(0), dim: dim)
            for place in 0..<dim {
                low[place] = min(low[place], vector[place])
                high[place] = max(high[place], vector[place])
            }
            return true
        }
        return low.first == .infinity ? [] : [low, high]
    }
}

extension PhotoIndex.Kind {
    var format: VectorFormat {
        switch self {
        case .sq8: .byte
        case .sqfp16: .float16
        case .flat: .float32
        }
    }
}
