#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension PhotoIndex {
    /// Adds the photos of an embeddings file, without looking at one of them.
    ///
    /// A photo that is indexed under the same name with the same content stays as it is. Everything
    /// in the file is checked first; then a batch at a time is written down, so an import that was
    /// interrupted or cancelled is done again and goes on. Searches come between the batches.
    ///
    /// - Parameter url: Of the file.
    /// - Returns: How many photos were added.
    /// - Throws: `PhotoSearchError` of kind `usage` for a file that is missing or damaged,
    ///   `wrongSpace` if the index holds vectors of another model, `indexLocked`, `storage`;
    ///   `CancellationError`.
    /// - Complexity: O(n) in the photos of both.
    public func importEmbeddings(from url: URL) async throws -> Int {
        let batch = 1024  // photos a transaction
        let file = try EmbeddingsFile(path: url.path)
        try check(file.space)
        var added = 0
        for start in stride(from: 0, to: file.count, by: batch) {
            try Task.checkCancellation()
            let rows = start..<min(start + batch, file.count)
            let new = try rows.filter { row in
                try !catalog.isIndexed(file.source(row), contentHash: file.contentHash(row))
            }
            if new.isEmpty { continue }
            try await apply(new.map(file.change), in: file.space)
            added += new.count
            await Task.yield()
        }
        if added > 0 { try await compact() }
        return added
    }

    private func check(_ space: Space) throws {
        guard let own = try catalog.space() else { return }
        guard own.space == space.space, own.dim == space.dim else {
            throw PhotoSearchError(
                .wrongSpace,
                """
                the index holds vectors of \(own.model) (space \(own.space.prefix(12))…, width \
                \(own.dim)), got \(space.model) (space \(space.space.prefix(12))…, width \
                \(space.dim)): import into another folder
                """)
        }
    }
}

extension Catalog {
    fileprivate func isIndexed(_ source: PhotoSource, contentHash: String) throws -> Bool {
        let sql =
            "SELECT 1 FROM photos WHERE source = ? AND content_hash = ? AND status = 'indexed'"
        return try database.value(sql, [source.value, .text(contentHash)]) != nil
    }
}
