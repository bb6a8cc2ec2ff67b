import CPhotoSearchKernels

extension FaissIndex {
    /// The vectors nearest to a query, nearest first.
    ///
    /// ```swift
    /// let hits = try index.search(query, k: 20)  // [Neighbour(id: 7, score: 0.31), ...]
    /// ```
    ///
    /// A score is the inner product, or the squared distance, of the query and the vector as
    /// `vector(atRow:)` tells it, in float64, rounded to float32 at the end. It is the same on every
    /// processor, and so is the order: best score first, and equal ones as `SearchOptions.ties`
    /// says. FAISS's own scores are these to 1e-5; where they differ by its rounding alone, FAISS's
    /// order depends on the processor. A vector whose score is not a number is never found.
    ///
    /// An HNSW index is searched along its links, step by step as the processor rounds, and its
    /// vectors one by one where a selection is given.
    ///
    /// - Parameters:
    ///   - query: `dimension` numbers.
    ///   - k: how many to find, at most.
    ///   - options: what to search and how.
    /// - Returns: k neighbours, or fewer if there are not as many.
    /// - Throws: `FaissError.wrongDimension`, `FaissError.outOfRange`.
    /// - Complexity: O(n × dimension) for n vectors searched, about O(log n) along links.
    public func search(
        _ query: [Float], k: Int, options: SearchOptions = SearchOptions()
    ) throws -> [Neighbour] {
        let scorer = try scorer(for: query, k: k, options)
        if let graph, options.selection == nil {
            let ef = max(options.efSearch ?? graph.efSearch, 1)
            let search = HNSWSearch(graph: graph, scorer: scorer, ef: ef)
            let hits = search.best(min(k, count), firstRows: firstRows(options))
            return neighbours(hits, bias: scorer.bias)
        }
        let rows = rows(query, k, options)
        let hits = Scan(scorer: scorer, rows: rows.count)
            .best(min(k, rows.count), of: rows, firstRows: firstRows(options))
        return neighbours(hits)
    }

    /// The same, with the work shared by several threads; one alone follows links and makes a first
    /// pass.
    ///
    /// - Parameters:
    ///   - query: `dimension` numbers.
    ///   - k: how many to find, at most.
    ///   - options: what to search and how.
    ///   - tasks: into how many parts the vectors are split.
    /// - Returns: what `search(_:k:options:)` returns.
    /// - Throws: `FaissError.wrongDimension`, `FaissError.outOfRange`.
    public func search(
        _ query: [Float], k: Int, options: SearchOptions = SearchOptions(), tasks: Int
    ) async throws -> [Neighbour] {
        let isScan = graph == nil || options.selection != nil
        guard tasks > 1, isScan, k > 0, options.firstPass == nil else {
            return try search(query, k: k, options: options)
        }
        let scorer = try scorer(for: query, k: k, options)
        let rows = rows(query, k, options)
        let limit = min(k, rows.count)
        let scan = Scan(scorer: scorer, rows: rows.count)
        let found = await withTaskGroup(of: [ps_hit].self) { group in
            for part in rows.split(into: tasks) {
                group.addTask { scan.candidates(limit, of: part) }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return neighbours(Scan.best(limit, of: found, firstRows: firstRows(options)))
    }

    private func scorer(
        for query: [Float], k: Int, _ options: SearchOptions
    ) throws -> RowScorer {
        guard query.count == dimension else {
            throw FaissError.wrongDimension(got: query.count, expected: dimension)
        }
        guard k >= 0 else {
            throw FaissError.outOfRange(argument: "k", got: k, expected: "0 or more")
        }
        if let codes = options.firstPass?.codes {
            try require("short codes", codes.count, equals: count)
        }
        return RowScorer(query: transformed(query), storage: storage, metric: metric)
    }

    private func transformed(_ query: [Float]) -> [Float] {
        transforms.reduce(query) { $1.applied(to: $0) }
    }

    private func rows(_ query: [Float], _ k: Int, _ options: SearchOptions) -> RowSet {
        let rows: RowSet = options.selection.map { .chosen($0.rows) } ?? .range(0..<count)
        guard let pass = options.firstPass else { return rows }
        let kept = pass.kept(for: min(k, count))
        guard kept > 0, pass.pays(keeping: kept, of: rows) else { return rows }
        return pass.rows(transformed(query), keeping: kept, of: rows)
    }

    /// FAISS's heap for distances keeps the first rows, the one for inner products does not.
    private func firstRows(_ options: SearchOptions) -> Bool {
        options.ties == .firstRows || metric == .squaredDistance
    }

    private func neighbours(_ hits: [ps_hit], bias: Float = 0) -> [Neighbour] {
        hits.map { hit in
            let score = metric == .innerProduct ? hit.score + bias : 0 - hit.score
            return Neighbour(id: ids[Int(hit.row)], score: score)
        }
    }
}

/// What may be told to a search.
public struct SearchOptions: Sendable {
    /// Which of equally near vectors are found, and in which order. Equally near are those whose
    /// scores are the same in float32; see `FaissIndex.search`.
    public enum Ties: Sendable {
        /// As FAISS does it. Distances: the first rows, in order. Inner products: of the rows that
        /// were among the best when they were met, the last ones, in reverse order.
        case faiss
        /// The first rows, in order: those with the lowest ids where ids ascend.
        case firstRows
    }

    /// The vectors to search; all if nil. No other is looked at.
    public var selection: Selection?
    /// Which of equally near vectors are found.
    public var ties: Ties
    /// How many candidates an HNSW index keeps; what its file says if nil.
    public var efSearch: Int?

    /// A first pass by short codes; every vector is scored exactly if nil.
    public var firstPass: FirstPass?

    public init(
        selection: Selection? = nil, ties: Ties = .faiss, efSearch: Int? = nil,
        firstPass: FirstPass? = nil
    ) {
        self.selection = selection
        self.ties = ties
        self.efSearch = efSearch
        self.firstPass = firstPass
    }
}

/// A vector that was found.
public struct Neighbour: Sendable, Equatable {
    /// The id that it was added with, or its row.
    public let id: Int64
    /// The inner product, or the squared distance.
    public let score: Float

    public init(id: Int64, score: Float) {
        self.id = id
        self.score = score
    }
}
