/// The links of an HNSW index: for each vector, on each level that it lies on, its neighbours.
///
/// Malkov and Yashunin 2016, as FAISS stores it.
struct HNSWGraph: Sendable {
    /// Where the neighbours of each level begin within those of a vector: [levels + 1].
    let starts: [Int]
    /// On how many levels each vector lies.
    let levels: StoredArray<Int32>
    /// Where the neighbours of each vector begin: [count + 1].
    let offsets: StoredArray<UInt64>
    /// Rows, and -1 for places left empty at the end of a level.
    let neighbours: StoredArray<Int32>
    /// Where a search begins; nil if there are no vectors.
    let entry: Int?
    let topLevel: Int
    /// How many candidates a search keeps unless told otherwise.
    let efSearch: Int

    /// Reads the graph and checks all of it, so that no search can leave it.
    ///
    /// - Complexity: O(links).
    /// - Throws: `FaissError`.
    init(count: Int, _ reader: inout ByteReader) throws {
        _ = try reader.vector("assign_probas", of: Double.self)
        let starts = try reader.vector("cum_nneighbor_per_level", of: Int32.self).copied()
        levels = try reader.vector("levels")
        offsets = try reader.vector("offsets")
        neighbours = try reader.vector("neighbors")
        let entry: Int32 = try reader.read("entry_point")
        let topLevel: Int32 = try reader.read("max_level")
        let _: Int32 = try reader.read("efConstruction")
        let efSearch: Int32 = try reader.read("efSearch")
        let _: Int32 = try reader.read("dummy")
        self.starts = starts.map(Int.init)
        self.entry = entry < 0 ? nil : Int(entry)
        self.topLevel = Int(topLevel)
        self.efSearch = max(Int(efSearch), 1)
        try check(count: count)
    }

    /// The places in `neighbours` of a vector's neighbours on a level.
    func places(of row: Int, level: Int) -> Range<Int> {
        let start = Int(offsets[row])
        return start + starts[level]..<start + starts[level + 1]
    }

    private func check(count: Int) throws {
        try require("levels.size", levels.count, equals: count)
        try require("offsets.size", offsets.count, equals: count + 1)
        try checkStarts()
        try checkOffsets(count: count)
        try checkEntry(count: count)
        try checkLinks(count: count)
    }

    private func checkStarts() throws {
        let ascend = zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 }
        guard (starts.first ?? 0) == 0, ascend else {
            throw FaissError.inconsistent(
                field: "cum_nneighbor_per_level", got: "\(starts)", expected: "ascending from 0")
        }
    }

    private func checkOffsets(count: Int) throws {
        try require("offsets[0]", offsets[0], equals: 0)
        for row in 0..<count {
            let level = Int(levels[row])
            guard level >= 1, level < starts.count else {
                throw FaissError.inconsistent(
                    field: "levels[\(row)]", got: "\(level)", expected: "1 to \(starts.count - 1)")
            }
            let (end, overflow) = offsets[row].addingReportingOverflow(UInt64(starts[level]))
            guard !overflow else {
                throw FaissError.inconsistent(
                    field: "offsets[\(row)]", got: "\(offsets[row])", expected: "a smaller number")
            }
            try require("offsets[\(row + 1)]", offsets[row + 1], equals: end)
        }
        try require("neighbors.size", UInt64(neighbours.count), equals: offsets[count])
    }

    private func checkEntry(count: Int) throws {
        guard let entry else { return try require("ntotal without entry_point", count, equals: 0) }
        guard entry < count else {
            throw FaissError.inconsistent(
                field: "entry_point", got: "\(entry)", expected: "less than \(count)")
        }
        try require("max_level", topLevel, equals: Int(levels[entry]) - 1)
    }

    /// Every link must lead to a vector that lies on the link's level.
    private func checkLinks(count: Int) throws {
        for row in 0..<count {
            for level in 0..<Int(levels[row]) {
                for place in places(of: row, level: level) {
                    let link = neighbours[place]
                    if link < 0 { break }
                    guard Int(link) < count, Int(levels[Int(link)]) > level else {
                        throw FaissError.inconsistent(
                            field: "neighbors[\(place)]", got: "\(link)",
                            expected: "a vector of level \(level)")
                    }
                }
            }
        }
    }
}
