import FaissFormat

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a check of an index found, as `photosearch verify-index` reports it.
public struct VerifyReport: Sendable, Equatable {
    /// Rows of the catalog that can be read.
    public let photos: Int
    /// Embeddings that can be searched.
    public let vectors: Int
    /// What is damaged; `photosearch verify-index --repair` mends it.
    public let problems: [String]
    /// What is no damage: the next search makes up for it.
    public let notes: [String]

    public var isSound: Bool { problems.isEmpty }
}

extension PhotoIndex {
    /// Checks the catalog, the vectors and that they agree. Works on an index that does not open.
    ///
    /// - Parameter url: The directory.
    /// - Throws: `PhotoSearchError` of kind `indexMissing`, `indexTooNew`, `indexLocked`,
    ///   `storage`; damage is not thrown but reported.
    /// - Complexity: O(n) in the photos and in the bytes of both files.
    public static func verify(at url: URL) throws -> VerifyReport {
        do {
            let catalog = try Catalog(directory: url.path)
            let report = try catalog.database.reading {
                try IndexCheck(catalog: catalog, directory: url.path).report()
            }
            return VerifyReport(
                photos: report.photos, vectors: report.vectors,
                problems: report.problems + (try catalog.problemsOfTexts()), notes: report.notes)
        } catch let error as PhotoSearchError where error.kind == .indexDamaged {
            return VerifyReport(photos: 0, vectors: 0, problems: [error.message], notes: [])
        }
    }
}

extension Catalog {
    /// What is wrong with the texts of photos, and with the index of their words.
    fileprivate func problemsOfTexts() throws -> [String] {
        let faults = try faultsOfTexts()
        let rows = faults > 0 ? ["\(faults) photos have no row of texts, or one too many"] : []
        guard try hasWords() else { return rows }
        do {
            try database.transaction("BEGIN IMMEDIATE") { try FullText.check(database) }
        } catch let error as PhotoSearchError where error.kind == .indexDamaged {
            return rows + ["the full-text index is not of the texts of the photos"]
        } catch {}  // where nothing can be written now, the words cannot be compared with the texts
        return rows
    }
}

/// The rules of `photosearch/index/verify.py`, inside one transaction.
private struct IndexCheck {
    let catalog: Catalog
    let directory: String

    func report() throws -> VerifyReport {
        let database = catalog.database
        let faults = try database.rows("PRAGMA integrity_check(3)") { $0.text(0) ?? "" }
        guard faults == ["ok"] else {
            throw PhotoSearchError(
                .indexDamaged, "\(database.path) is damaged: \(faults.joined(separator: "; "))")
        }
        let lacking = try catalog.lacking()
        guard lacking.isEmpty else {
            throw PhotoSearchError(
                .indexDamaged,
                "\(database.path) is damaged: \(lacking.joined(separator: ", ")) not as expected")
        }
        let photos = try count("SELECT count(*) FROM photos")
        let indexed = try count("SELECT count(*) FROM photos WHERE status = 'indexed'")
        let space = try catalog.space()
        let lost = try lost(space)
        var problems = lost > 0 ? ["\(lost) photos have no usable embedding"] : []
        var notes: [String] = []
        let early = try fromTheFuture()
        if early > 0 {
            problems.append("\(early) changes are of a generation that is still to come")
        }
        if let space, indexed > 0 {
            do throws(PhotoSearchError) {
                notes += try vectors(space)
            } catch {
                problems.append(error.message)
            }
        }
        return VerifyReport(
            photos: photos, vectors: indexed - lost, problems: problems, notes: notes)
    }

    private func count(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        guard case .integer(let count) = try catalog.database.value(sql, values) else { return 0 }
        return Int(count)
    }

    /// Photos whose embedding is missing, of another length, or of another space.
    private func lost(_ space: Space?) throws -> Int {
        try count(
            """
            SELECT count(*) FROM photos WHERE status = 'indexed' AND content_hash NOT IN (
            SELECT content_hash FROM embeddings e JOIN spaces s ON s.id = e.space
            WHERE length(e.vector) = 2 * ? AND s.space = ?)
            """, [.integer(Int64(space?.dim ?? 0)), .text(space?.space ?? "")])
    }

    private func fromTheFuture() throws -> Int {
        let now = try catalog.generation()
        return try count(
            """
            SELECT (SELECT count(*) FROM photos WHERE since > ?1)
            + (SELECT count(*) FROM tombstones WHERE generation > ?1) + (?2 > ?1)
            """, [.integer(now), .integer(try catalog.compacted())])
    }

    /// Notes on the file.
    private func vectors(_ space: Space) throws(PhotoSearchError) -> [String] {
        let file = "\(directory)/\(VectorFile.fileName)"
        let (index, generation) = try VectorFile.read(path: file, dim: space.dim)
        do {
            guard generation >= (try catalog.compacted()), generation <= (try catalog.generation())
            else { return ["\(file) cannot be brought up to date: the next search renews it"] }
            guard try isOfTheCatalog(index, generation) else {
                throw PhotoSearchError(.indexDamaged, "\(file) holds other photos than the catalog")
            }
            return []
        } catch let error as PhotoSearchError {
            throw error
        } catch {
            throw PhotoSearchError(.indexDamaged, "\(catalog.database.path): \(error)")
        }
    }

    /// Whether a search finds the indexed photos: the file's, less tombstones, and what came since.
    private func isOfTheCatalog(_ index: FaissIndex, _ generation: Int64) throws -> Bool {
        let gone = Set(try ids("SELECT id FROM tombstones WHERE generation > ?", generation))
        let held = (0..<index.count).map { index.id(ofRow: $0) }.filter { !gone.contains($0) }
        let indexed = "SELECT id FROM photos WHERE status = 'indexed'"
        let added = try ids("\(indexed) AND since > ?", generation)
        return try (held + added).sorted() == ids("\(indexed) ORDER BY id")
    }

    private func ids(_ sql: String, _ generation: Int64? = nil) throws -> [Int64] {
        let values = generation.map { [SQLValue.integer($0)] } ?? []
        return try catalog.database.rows(sql, values) { $0.integer(0) ?? -1 }
    }
}
