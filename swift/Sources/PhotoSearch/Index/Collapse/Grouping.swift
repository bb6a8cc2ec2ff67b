/// Applies a `Collapse` to hits that come best first.
struct Grouping {
    private struct Leader {
        let vector: UnitVector
        let takenAt: Int64?
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
        let new = Leader(vector: UnitVector(vector), takenAt: hit.info?.takenAt)
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
        isInTime(leader.takenAt, hit.takenAt)
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
