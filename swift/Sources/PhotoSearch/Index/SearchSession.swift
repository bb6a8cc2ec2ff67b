/// Searching as somebody types: each query cancels the one before.
///
/// ```swift
/// let session = SearchSession(index)
/// let hits = try await session.search("dog on")  // throws CancellationError if they type on
/// ```
public actor SearchSession {
    private let index: PhotoIndex
    private var cancelRunning: (@Sendable () -> Void)?

    public init(_ index: PhotoIndex) {
        self.index = index
    }

    /// The photos that match the words best, as `PhotoIndex.search`.
    ///
    /// - Throws: `CancellationError` if another search of this session begins first, or if the
    ///   calling task is cancelled; and what `PhotoIndex.search` throws.
    public func search(
        _ text: String, limit: Int = 20, filter: Filter = Filter()
    ) async throws -> [Hit] {
        try await latest { try await $0.search(text, limit: limit, filter: filter) }
    }

    /// The motifs that match the words best, as `PhotoIndex.search`.
    ///
    /// - Throws: As `search(_:limit:filter:)`.
    public func search(
        _ text: String, limit: Int = 20, filter: Filter = Filter(), collapsing collapse: Collapse
    ) async throws -> [HitGroup] {
        try await latest {
            try await $0.search(text, limit: limit, filter: filter, collapsing: collapse)
        }
    }

    /// What the words were read as, and what they find, as `PhotoIndex.answer`.
    ///
    /// - Throws: As `search(_:limit:filter:)`.
    public func answer(
        _ text: String, limit: Int = 20, filter: Filter = Filter(), collapsing collapse: Collapse?
    ) async throws -> SearchResults {
        try await latest {
            try await $0.answer(text, limit: limit, filter: filter, collapsing: collapse)
        }
    }

    private func latest<Found: Sendable>(
        _ find: @escaping @Sendable (PhotoIndex) async throws -> Found
    ) async throws -> Found {
        try Task.checkCancellation()  // or a search that comes late would end a newer one
        cancelRunning?()
        let task = Task { [index] in
            try Task.checkCancellation()
            return try await find(index)
        }
        cancelRunning = { task.cancel() }
        return try await withTaskCancellationHandler {
            let found = try await task.value
            if task.isCancelled { throw CancellationError() }
            return found
        } onCancel: {
            task.cancel()
        }
    }
}

/// All photos from the best match on, found a page at a time as they are asked for.
///
/// ```swift
/// for try await hit in index.results(for: "sunset") { … }
/// ```
public struct HitSequence: AsyncSequence, Sendable {
    public typealias Element = Hit

    let index: PhotoIndex
    let text: String
    let page: Int
    let filter: Filter

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let sequence: HitSequence
        fileprivate var hits: ArraySlice<Hit> = []
        fileprivate var seen: Set<Int64> = []
        fileprivate var asked = 0
        fileprivate var reading: QueryReading?

        public mutating func next() async throws -> Hit? {
            if hits.isEmpty {
                guard asked == 0 || seen.count == asked else { return nil }  // there were no more
                asked = Swift.max(asked + sequence.page, asked * 2)
                let found = try await sequence.index.search(
                    reading: try await read(), limit: asked, filter: sequence.filter)
                // photos that came or went meanwhile may have moved the others
                hits = found.filter { seen.insert($0.id).inserted }[...]
            }
            return hits.popFirst()
        }

        /// Once, so that "yesterday" stays the same day.
        private mutating func read() async throws -> QueryReading {
            if let reading { return reading }
            let found = try await sequence.index.read(sequence.text)
            reading = found
            return found
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(sequence: self)
    }
}

extension PhotoIndex {
    /// All photos that pass the filter, best match first.
    ///
    /// - Parameters:
    ///   - text: See `QueryReading`.
    ///   - page: How many to find at first; later ones are found in greater numbers.
    ///   - filter: Which photos to search.
    public nonisolated func results(
        for text: String, page: Int = 20, filter: Filter = Filter()
    ) -> HitSequence {
        HitSequence(index: self, text: text, page: Swift.max(page, 1), filter: filter)
    }
}
