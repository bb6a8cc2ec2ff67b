import FaissFormat

/// What `dog -beach` finds: photos that show a beach are set back by a part of how much they do.
///
/// As `photosearch/query/negation.py`.
struct Negation {
    private static let penalty = 0.2  // of a score for a negative word
    private static let pool = 100  // photos that are looked at first
    private static let growth = 4  // how many times more if too few stay

    let vectors: SearchableVectors

    /// The best, then lowest id first. Exact: a score is at most the inner product with `toward`.
    ///
    /// - Parameter selections: What `vectors.selections(of:)` made; nil for everything.
    /// - Complexity: O(n) for n photos, and O(m log m) for those looked at.
    func search(
        _ query: QueryVectors, k: Int, in selections: [Selection?]?
    ) throws -> [(id: Int64, score: Double)] {
        guard !query.away.isEmpty else {
            return try vectors.search(query.toward, k: k, in: selections)
                .map { ($0.id, Double($0.score)) }
        }
        let (more, isTooMany) = k.multipliedReportingOverflow(by: Self.growth)
        var pool = isTooMany ? .max : max(Self.pool, more)
        while true {
            let found = try vectors.search(query.toward, k: pool, in: selections)
            var lowered = try setBack(found, query)
            lowered.sort { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
            let best = Array(lowered.prefix(k))
            guard found.count == pool, let last = found.last, let least = best.last,
                least.score <= Double(last.score)
            else { return best }
            pool *= Self.growth
        }
    }

    private func setBack(
        _ found: [Neighbour], _ query: QueryVectors
    ) throws -> [(id: Int64, score: Double)] {
        let some = vectors.selections(of: found.map(\.id).sorted())
        var lowered = found.map { (id: $0.id, score: Double($0.score)) }
        for away in query.away {
            let nearest = try vectors.search(away.vector, k: found.count, in: some)
            let scores = Dictionary(nearest.map { ($0.id, Double($0.score)) }) { first, _ in first }
            for (place, neighbour) in found.enumerated() {
                let score = max(0, scores[neighbour.id] ?? 0)
                lowered[place].score -= Self.penalty * away.strength * score
            }
        }
        return lowered
    }
}
