/// The best photo of every motif, best first, found a page at a time as they are asked for.
///
/// ```swift
/// for try await hit in index.results(for: "sunset", collapsing: .nearDuplicates) { … }
/// ```
public struct MotifSequence: AsyncSequence, Sendable {
    public typealias Element = Hit

    let hits: HitSequence
    let collapse: Collapse

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let index: PhotoIndex
        fileprivate let page: Int
        fileprivate var hits: HitSequence.AsyncIterator
        fileprivate var grouping: Grouping
        fileprivate var leaders: ArraySlice<Hit> = []

        /// - Throws: What `PhotoIndex.search` throws.
        /// - Complexity: O(motifs so far × width) for each hit, beside the search.
        public mutating func next() async throws -> Hit? {
            while leaders.isEmpty {
                var some: [Hit] = []
                while some.count < page, let hit = try await hits.next() { some.append(hit) }
                if some.isEmpty { return nil }
                let vectors = try await index.vectors(of: some.map(\.id))
                // without a vector: gone since it was found
                leaders =
                    some.filter { hit in
                        vectors[hit.id].map { grouping.add(hit, $0) == .leads } ?? false
                    }[...]
            }
            return leaders.popFirst()
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(
            index: hits.index, page: Swift.min(hits.page, Catalog.batch),
            hits: hits.makeAsyncIterator(), grouping: Grouping(collapse, most: .max))
    }
}

extension PhotoIndex {
    /// The best photo of every motif among those that pass the filter, best first.
    ///
    /// - Parameters:
    ///   - text: See `SearchQuery`.
    ///   - page: How many to find at first; later ones are found in greater numbers.
    ///   - filter: Which photos to search.
    ///   - collapse: Which photos count as one.
    public nonisolated func results(
        for text: String, page: Int = 20, filter: Filter = Filter(), collapsing collapse: Collapse
    ) -> MotifSequence {
        MotifSequence(hits: results(for: text, page: page, filter: filter), collapse: collapse)
    }

    fileprivate func vectors(of ids: [Int64]) throws -> [Int64: [Float]] {
        try catalog.database.reading {
            guard let dim = try catalog.space()?.dim else { return [:] }
            return try catalog.vectors(of: ids, dim: dim)
        }
    }
}
