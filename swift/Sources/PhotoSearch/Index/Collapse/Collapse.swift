/// Which photos among the results count as one motif: those of a burst, copies, edits.
///
/// The rule, the same for anyone who follows it: hits come best first; each joins the first group
/// whose leader it is like, and leads a new group if there is none. Like means that the cosine of
/// the two vectors, as the catalog stores them (fp16) and reckoned in fp64, is at least
/// `similarity` (less 1e-9 for rounding); and, with `withinSeconds`, that both cameras' clocks are
/// known and at most so far apart. It ends before the hit that would lead one group more than was
/// asked for.
///
/// ```swift
/// let groups = try await index.search("dog", limit: 20, collapsing: .nearDuplicates)
/// print(groups[0].best.source, groups[0].others.count)
/// ```
public struct Collapse: Sendable, Hashable {
    /// Cosine from which on two photos are one motif, -1 to 1.
    public var similarity: Double
    /// How far apart in time they may be; nil for any time, or none known.
    public var withinSeconds: Double?

    /// For vectors of the built-in model; another model wants another figure.
    ///
    /// Measured on 2,091 photos that it was not trained on (`tests/benchmarks/bench_collapse.py`):
    /// at 0.94, none of 0.6 million pairs of different everyday photos is joined, and 5 in a million
    /// once product shots and screenshots are among them; 0.2 % of the twenty best hits for a
    /// caption. Of copies it finds 99 % of those brighter, darker, compressed again or cropped to
    /// 95 %, 87 % of crops to 90 %, half of crops to 80 %.
    public static let nearDuplicates = Collapse()

    /// - Parameters:
    ///   - similarity: Lower joins more.
    ///   - withinSeconds: With a period, a lower similarity will do.
    public init(similarity: Double = 0.94, withinSeconds: Double? = nil) {
        (self.similarity, self.withinSeconds) = (similarity, withinSeconds)
    }

    /// - Throws: `PhotoSearchError` of kind `usage` for numbers that make no sense.
    func check() throws(PhotoSearchError) {
        guard (-1...1).contains(similarity) else {
            throw PhotoSearchError(.usage, "similarity: got \(similarity), expected -1 to 1")
        }
        if let withinSeconds, !(withinSeconds >= 0) {
            throw PhotoSearchError(
                .usage, "within: got \(withinSeconds) seconds, expected at least 0")
        }
    }
}

/// Results that show one motif.
public struct HitGroup: Sendable, Hashable, Identifiable {
    /// The best of them, which leads the group.
    public let best: Hit
    /// The rest, best first, with their ranks among all hits.
    public let others: [Hit]

    /// For previews and tests, too.
    public init(best: Hit, others: [Hit] = []) {
        (self.best, self.others) = (best, others)
    }

    /// Of the best.
    public var id: Int64 { best.id }
}

/// Applies a `Collapse` to hits that come best first.
struct Grouping {
    private struct Leader {
        let vector: UnitVector
        let cameraTime: Int64?
    }

    private static let second = 1e6  // microseconds
    private static let rounding = 1e-9  // of cosines, so that copies join at 1

    private let collapse: Collapse
    private let most: Int
    private var leaders: [Leader] = []
    private var members: [[Hit]] = []

    /// - Parameter most: How many groups there may be.
    init(_ collapse: Collapse, most: Int) {
        (self.collapse, self.most) = (collapse, most)
    }

    var groups: [HitGroup] {
        members.map { HitGroup(best: $0[0], others: Array($0.dropFirst())) }
    }

    enum Place {
        case leads, joins, tooMany
    }

    /// Where a hit belongs; one that would lead one group too many belongs nowhere.
    ///
    /// - Complexity: O(groups × width).
    mutating func add(_ hit: Hit, _ vector: [Float]) -> Place {
        let new = Leader(vector: UnitVector(vector), cameraTime: hit.info?.cameraTime)
        if let group = leaders.firstIndex(where: { isLike($0, new) }) {
            members[group].append(hit)
            return .joins
        }
        guard leaders.count < most else { return .tooMany }
        leaders.append(new)
        members.append([hit])
        return .leads
    }

    private func isLike(_ leader: Leader, _ hit: Leader) -> Bool {
        isInTime(leader.cameraTime, hit.cameraTime)
            && leader.vector.cosine(hit.vector) >= collapse.similarity - Self.rounding
    }

    private func isInTime(_ leader: Int64?, _ hit: Int64?) -> Bool {
        guard let within = collapse.withinSeconds else { return true }
        guard let leader, let hit else { return false }
        return abs(Double(leader) - Double(hit)) <= within * Self.second
    }
}

/// A stored vector with its length, which fp16 leaves a little off 1.
private struct UnitVector {
    private let values: [Float]
    private let length: Double

    init(_ values: [Float]) {
        self.values = values
        length = Self.dot(values, values).squareRoot()
    }

    /// 0 for a vector of zeros. Products of halves are exact in fp64, and their sums nearly so.
    func cosine(_ other: UnitVector) -> Double {
        let lengths = length * other.length
        return lengths > 0 ? Self.dot(values, other.values) / lengths : 0
    }

    private static func dot(_ left: [Float], _ right: [Float]) -> Double {
        var sum = 0.0
        for (one, other) in zip(left, right) { sum += Double(one) * Double(other) }
        return sum
    }
}
