import FaissFormat

/// The vectors of one generation of the catalog: those of an earlier one, and what has changed
/// since.
///
/// A file of vectors stays good while photos come and go. Each search looks at the file without the
/// photos that are gone, and at those that came; only a compaction makes the file again.
struct SearchableVectors: Sendable {
    /// From how many photos in the file on a search makes a first pass by short codes: 64 bytes of
    /// memory a photo, for a sixth of the time. Below, the plain scan takes 3 ms.
    static let twoStageFrom = 200_000

    /// Of the vectors that were there at first.
    let baseGeneration: Int64
    /// Of what a search finds.
    private(set) var generation: Int64
    private let base: FaissIndex
    private var codes: ShortCodes?
    private var delta = DeltaVectors()
    private var gone: Set<Int64> = []
    private var present: [Selection?] = [nil]  // by part: those that are not gone

    /// - Parameter generation: Of the catalog when these were all vectors.
    init(_ base: FaissIndex, generation: Int64) {
        self.base = base
        baseGeneration = generation
        self.generation = generation
    }

    /// The vectors of the catalog, from a file that is not too old, or built.
    static func load(from catalog: Catalog, file: String, dim: Int) throws -> SearchableVectors {
        guard let found = try VectorFile.load(path: file, for: catalog, dim: dim) else {
            return SearchableVectors(
                try VectorRebuild.index(of: catalog, dim: dim), generation: try catalog.generation()
            )
        }
        return SearchableVectors(found.index, generation: found.generation)
    }

    /// Goes on to the catalog's present generation. No tombstone since this one's may be missing.
    ///
    /// - Complexity: O(m) for m photos that came or went; O(n) more where photos went, in all.
    mutating func renew(from catalog: Catalog) throws {
        let newest = try catalog.generation()
        if newest == generation { return }
        try delta.add(from: catalog, after: generation, dim: base.dimension)
        let tombstones = "SELECT id FROM tombstones WHERE generation > ?"
        let left = try catalog.database.rows(tombstones, [.integer(generation)]) {
            $0.integer(0) ?? 0
        }
        gone.formUnion(left)
        let first = left.isEmpty ? present[0] : base.selection(withoutIDs: gone)
        present = [first] + delta.parts.map { $0.selection(withoutIDs: gone) }
        generation = newest
    }

    /// Whether a first pass would pay that cannot be made yet.
    func lacksShortCodes(from least: Int) -> Bool {
        codes == nil && base.count >= least && base.dimension <= ShortCodes.largestDimension
    }

    /// Makes what `use(_:)` takes: half a second for a million photos.
    func makeShortCodes() throws -> ShortCodes {
        try ShortCodes(of: base, width: min(ShortCodes.defaultWidth, base.dimension))
    }

    /// From now on, searches make a first pass, of which the best are scored as ever.
    mutating func use(_ codes: ShortCodes) {
        self.codes = codes
    }

    /// Which of the vectors pass, by part.
    ///
    /// - Parameter ids: Of searchable photos, ascending.
    func selections(of ids: [Int64]) -> [Selection?] {
        [base.selection(ofIDs: ids)]
            + delta.parts.map { part in
                let own = (0..<part.count).lazy.map { part.id(ofRow: $0) }
                return part.selection(ofIDs: own.filter { ids.containsSorted($0) })
            }
    }

    /// The nearest to a vector, best first, ties to the lowest id.
    ///
    /// - Parameter selections: What `selections(of:)` made; nil for everything.
    func search(
        _ vector: [Float], k: Int, in selections: [Selection?]? = nil
    ) throws -> [Neighbour] {
        var found: [Neighbour] = []
        let parts = [(base, codes.map { FirstPass(codes: $0) })] + delta.parts.map { ($0, nil) }
        for ((part, firstPass), selection) in zip(parts, selections ?? present) {
            let options = SearchOptions(
                selection: selection, ties: .firstRows, firstPass: firstPass)
            found += try part.search(vector, k: min(k, part.count), options: options)
        }
        if delta.parts.isEmpty { return found }
        found.sort { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
        return Array(found.prefix(k))
    }
}

extension [Int64] {
    /// By bisection.
    fileprivate func containsSorted(_ number: Int64) -> Bool {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == number
    }
}

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
