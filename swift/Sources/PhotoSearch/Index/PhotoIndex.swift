import FaissFormat

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A `.photoindex` directory, written by Python or Swift: the catalog and the vectors as one.
///
/// ```swift
/// let index = try PhotoIndex(at: url, encoder: encoder)
/// for hit in try await index.search("a dog on a beach", limit: 5) { print(hit.source, hit.score) }
/// ```
///
/// Many readers may hold an index open while one process writes; each search sees what was last
/// committed.
public actor PhotoIndex {
    private static let remembered = 16_384  // photos, about 1 kB each
    private static let cached = 64  // query vectors, for searches as you type

    let path: String
    let catalog: Catalog
    let writer: IndexWriter
    private let encoder: (any TextEncoder)?
    private var vectors: SearchableVectors?
    private var known: [Int64: (PhotoSource, PhotoInfo?)] = [:]
    private var passing: (filter: Filter, generation: Int64, selections: [Selection?])?
    private var columns: (generation: Int64, all: PhotoColumns)?
    private var told: (generation: Int64, facts: LibraryFacts?)?
    private var queries: [SearchQuery: QueryVectors] = [:]
    private var makingCodes: Task<Void, Never>?

    /// Opens an index that exists.
    ///
    /// - Parameters:
    ///   - url: The directory.
    ///   - encoder: What turns words into vectors; nil if only vectors are searched for.
    ///   - patience: How long a change waits while somebody else is writing.
    /// - Throws: `PhotoSearchError` of kind `indexMissing`, `indexDamaged`, `indexTooNew`,
    ///   `storage`, or `wrongSpace` if the encoder's vectors cannot be compared with those of the
    ///   index.
    public init(
        at url: URL, encoder: (any TextEncoder)? = nil, patience: Duration = .zero
    ) throws {
        try Kernels.checkNamed()
        path = url.path
        catalog = try Catalog(directory: path)
        writer = IndexWriter(directory: path, patience: patience)
        self.encoder = encoder
        if let encoder, let space = try catalog.space() { try Self.check(space, encoder) }
    }

    /// The space of the index, which names its model; nil while nothing has been indexed.
    public var space: Space? {
        get throws { try catalog.space() }
    }

    /// How many photos are indexed, pending and failed.
    public nonisolated func status() async throws -> IndexStatus {
        try await writer.read { try $0.status() }
    }

    /// The photos that a query asks for, best first; ties go to the lowest id.
    ///
    /// - Parameters:
    ///   - query: What `TextEncoder.embed(_:)` made.
    ///   - limit: How many, at most.
    ///   - filter: Which photos to search; the scan skips all others.
    /// - Throws: `PhotoSearchError` of kind `shape` for another width, zeros or what is not finite,
    ///   `usage` for `limit` below 1.
    public func search(
        _ query: QueryVectors, limit: Int = 20, filter: Filter = Filter()
    ) throws -> [Hit] {
        try Self.check(limit: limit)
        return try catalog.database.reading { try find(query, limit, filter, isCalibrated: true) }
    }

    /// The photos nearest to a unit vector: best first, then lowest id first.
    ///
    /// Scores are the same on every processor, and in Python, so that the order is (see
    /// `FaissIndex.search`).
    ///
    /// - Throws: `PhotoSearchError` of kind `shape` for another width, zeros or what is not finite,
    ///   `usage` for `limit` below 1.
    public func search(
        vector: [Float], limit: Int = 20, filter: Filter = Filter()
    ) throws -> [Hit] {
        try search(QueryVectors(toward: vector), limit: limit, filter: filter)
    }

    /// The photos that look most like one that is indexed, which is left out.
    ///
    /// `score` says how alike they are, as a cosine; `confidence` is nil: the model is calibrated for
    /// words only.
    ///
    /// - Throws: `PhotoSearchError` of kind `usage` for an id that is not there.
    public func similar(to id: Int64, limit: Int = 20, filter: Filter = Filter()) throws -> [Hit] {
        try Self.check(limit: limit)
        return try catalog.database.reading {
            guard let space = try catalog.space(),
                let vector = try catalog.vector(of: id, dim: space.dim)
            else { throw PhotoSearchError(.usage, "no indexed photo has the id \(id)") }
            let more = limit == .max ? limit : limit + 1
            let query = QueryVectors(toward: vector)
            let found = try find(query, more, filter, isCalibrated: false)
            let others = found.filter { $0.id != id }.prefix(limit)
            return others.enumerated().map { $1.ranked($0 + 1) }
        }
    }

    /// A query that was embedded before is not embedded again.
    func embed(_ query: SearchQuery) async throws -> QueryVectors {
        guard let encoder else {
            throw PhotoSearchError(.usage, "searching for words: got no encoder, expected one")
        }
        if let vectors = queries[query] { return vectors }
        let vectors = try await Trace.interval("embed words") { try await encoder.embed(query) }
        if queries.count >= Self.cached { queries.removeAll() }
        queries[query] = vectors
        return vectors
    }

    /// The photos that a reading asks for, whose words were embedded. Inside one transaction.
    func answer(
        _ reading: QueryReading, _ queries: [QueryVectors], _ limit: Int, _ filter: Filter
    ) throws -> [Hit] {
        guard let space = try space(of: queries) else { return [] }
        let vectors = try current(space)
        let answering = Answering(
            catalog: catalog, vectors: vectors,
            columns: { try self.columns(of: vectors.generation) })
        let found = try Trace.interval("search") {
            try answering.answer(reading, queries, k: limit, filter: filter)
        }
        let isCertain = Calibration(scale: 0, bias: 700)  // all that was asked for holds
        return try hits(
            found.nearest, queries.isEmpty ? isCertain : space.calibration, found.matched)
    }

    func find(
        _ query: QueryVectors, _ limit: Int, _ filter: Filter, isCalibrated: Bool
    ) throws -> [Hit] {
        guard let space = try space(of: [query]) else { return [] }
        let vectors = try current(space)
        let passing = filter.isEmpty ? nil : try selections(filter, vectors)
        let ranking = Negation(vectors: vectors)
        let nearest = try Trace.interval("search") {
            try ranking.search(query, k: limit, in: passing)
        }
        return try hits(nearest, isCalibrated ? space.calibration : nil)
    }

    /// The space of the index, once the vectors were found to be directions in it.
    private func space(of queries: [QueryVectors]) throws -> Space? {
        let wanted = queries.flatMap { [$0.toward] + $0.away.map(\.vector) }
        for vector in wanted { try QueryVectorCheck.requireDirection(vector) }
        guard let space = try catalog.space() else { return nil }
        if let encoder { try Self.check(space, encoder) }
        for vector in wanted where vector.count != space.dim {
            throw PhotoSearchError(
                .shape, "vector: got shape (\(vector.count),), expected (\(space.dim),)")
        }
        return space
    }

    /// What the photos say, read once until the catalog changes. Inside a transaction.
    func facts() throws -> LibraryFacts? {
        let generation = try catalog.generation()
        if let told, told.generation == generation { return told.facts }
        let facts = try catalog.facts()
        told = (generation, facts)
        return facts
    }

    func forgetFacts() {
        told = nil
    }

    /// What filters ask, read once until the catalog changes.
    private func columns(of generation: Int64) throws -> PhotoColumns {
        if let columns, columns.generation == generation { return columns.all }
        let all = try PhotoColumns(catalog.database)
        columns = (generation, all)
        return all
    }

    /// The vectors of this generation: what was in memory or in the file, and what came since.
    private func current(_ space: Space) throws -> SearchableVectors {
        if let vectors, vectors.generation == (try catalog.generation()) {
            makeShortCodes()  // from the second search on: who searches once needs none
            return vectors
        }
        var renewed: SearchableVectors
        if let kept = vectors, kept.baseGeneration >= (try catalog.compacted()) {
            vectors = nil  // so that it is changed and not copied
            renewed = kept
        } else {
            let file = "\(path)/\(VectorFile.fileName)"
            renewed = try SearchableVectors.load(from: catalog, file: file, dim: space.dim)
        }
        try renewed.renew(from: catalog)
        vectors = renewed
        known.removeAll()
        return renewed
    }

    /// Short codes of a large index, beside searches that do without them meanwhile.
    ///
    /// - Returns: The work, if there is any.
    @discardableResult
    func makeShortCodes(from least: Int = SearchableVectors.twoStageFrom) -> Task<Void, Never>? {
        guard makingCodes == nil, let vectors, vectors.lacksShortCodes(from: least) else {
            return makingCodes
        }
        makingCodes = Task.detached(priority: .utility) { [weak self] in
            guard let codes = try? vectors.makeShortCodes() else { return }
            await self?.use(codes, of: vectors.baseGeneration)
        }
        return makingCodes
    }

    private func use(_ codes: ShortCodes, of base: Int64) {
        if vectors?.baseGeneration == base { vectors?.use(codes) }
        makingCodes = nil
    }

    /// Lets go of vectors in memory, because there is a newer file.
    func forgetVectors() {
        vectors = nil
        passing = nil
    }

    /// Kept for the next search, until a change that a filter could see.
    private func selections(
        _ filter: Filter, _ vectors: SearchableVectors
    ) throws -> [Selection?] {
        if let passing, passing.filter == filter, passing.generation == vectors.generation {
            return passing.selections
        }
        var some = PassingPhotos(try columns(of: vectors.generation))
        try some.keep(filter, in: catalog.database)
        let selections = vectors.selections(of: some.ids)
        passing = (filter, vectors.generation, selections)
        return selections
    }

    private func hits(
        _ nearest: [(id: Int64, score: Double)], _ calibration: Calibration?,
        _ matched: [Int64: [TextField]] = [:]
    ) throws -> [Hit] {
        if known.count > Self.remembered { known.removeAll() }
        let missing = nearest.map(\.id).filter { known[$0] == nil }
        known.merge(try catalog.photos(missing)) { $1 }
        return try nearest.enumerated().map { place, neighbour in
            guard let (source, info) = known[neighbour.id] else {
                throw PhotoSearchError(
                    .indexDamaged, "\(path): the catalog has no photo with the id \(neighbour.id)")
            }
            let score = min(max(neighbour.score, -1), 1)  // SQ8's rounding may go beyond
            return Hit(
                rank: place + 1, id: neighbour.id, source: source, score: score,
                confidence: calibration?.confidence(score), info: info,
                matched: matched[neighbour.id] ?? [])
        }
    }

    static func check(limit: Int) throws(PhotoSearchError) {
        guard limit >= 1 else {
            throw PhotoSearchError(
                .usage, "limit: got \(limit), expected a whole number of at least 1")
        }
    }

    private static func check(_ space: Space, _ encoder: any TextEncoder) throws(PhotoSearchError) {
        guard space.space == encoder.space else {
            throw PhotoSearchError(
                .wrongSpace,
                """
                the index was made with \(space.model) (space \(space.space.prefix(12))…, width \
                \(space.dim)), got space \(encoder.space.prefix(12))…, width \(encoder.dim): their \
                vectors cannot be compared. The index is untouched: use that model, or index into \
                another folder, which takes this one's place when it is whole
                """)
        }
    }
}

extension Hit {
    fileprivate func ranked(_ rank: Int) -> Hit {
        Hit(
            rank: rank, id: id, source: source, score: score, confidence: confidence, info: info,
            matched: matched)
    }
}
