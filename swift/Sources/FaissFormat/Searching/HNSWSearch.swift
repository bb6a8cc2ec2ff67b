import CPhotoSearchKernels

/// A search along the links of a graph, step by step as FAISS does it.
///
/// Malkov and Yashunin 2016, algorithms 2 and 5, with FAISS's bounded list of candidates.
struct HNSWSearch {
    let graph: HNSWGraph
    let scorer: RowScorer
    /// How many candidates are kept.
    let ef: Int

    /// The best `limit` rows that are met, best first.
    func best(_ limit: Int, firstRows: Bool) -> [ps_hit] {
        var best = BestHits(limit: limit, firstRows: firstRows)
        guard let entry = graph.entry else { return [] }
        var nearest = score([UInt32(entry)])[0]
        for level in stride(from: graph.topLevel, through: 1, by: -1) {
            nearest = descend(from: nearest, level: level)
        }
        search(from: nearest, limit: limit, firstRows: firstRows, into: &best)
        return best.sorted()
    }

    /// Moves on to a nearer neighbour as long as there is one.
    private func descend(from start: ps_hit, level: Int) -> ps_hit {
        var nearest = start
        while true {
            let before = nearest.row
            for hit in score(neighbours(of: nearest.row, level: level))
            where hit.score > nearest.score {
                nearest = hit
            }
            if nearest.row == before { return nearest }
        }
    }

    private func search(
        from start: ps_hit, limit: Int, firstRows: Bool, into best: inout BestHits
    ) {
        var visited = [Bool](repeating: false, count: graph.levels.count)
        let most = min(max(ef, limit), graph.levels.count)  // however many the file asks for
        var candidates = Candidates(limit: most, firstRows: firstRows)
        candidates.push(start)
        best.offer([start])
        visited[Int(start.row)] = true
        while let nearest = candidates.popBest() {
            if candidates.countBetter(than: nearest.score) >= ef { break }
            let fresh = neighbours(of: nearest.row, level: 0).filter { !visited[Int($0)] }
            for row in fresh { visited[Int(row)] = true }
            let hits = score(fresh)
            best.offer(hits)
            for hit in hits { candidates.push(hit) }
        }
    }

    private func neighbours(of row: UInt32, level: Int) -> [UInt32] {
        var rows: [UInt32] = []
        for place in graph.places(of: Int(row), level: level) {
            let link = graph.neighbours[place]
            if link < 0 { break }
            rows.append(UInt32(link))
        }
        return rows
    }

    private func score(_ rows: [UInt32]) -> [ps_hit] {
        guard !rows.isEmpty else { return [] }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count) { room in
            guard let scores = room.baseAddress else { return [] }
            rows.withUnsafeBufferPointer { at in
                scorer.storage.withRows(count: rows.count, chosen: at.baseAddress) {
                    scorer.score(&$0, into: scores)
                }
            }
            return zip(rows, room).map { ps_hit(score: $1, row: $0) }
        }
    }
}

/// The candidates of an HNSW search: the nearest so far, those already followed among them.
///
/// FAISS's MinimaxHeap: its worst entry leaves when it is full, its best is taken to be followed,
/// and one that was taken stays, so that it still counts. Which of equally near candidates comes
/// first depends on how the heap is kept, so it is kept just as FAISS keeps it.
struct Candidates {
    private typealias Entry = (score: Float, row: Int64)

    /// A heap with the worst on top. Rows that were taken are -1.
    private var heap: [Entry] = []
    private let limit: Int
    private let firstRows: Bool
    private static let taken: Int64 = -1

    /// - Parameters:
    ///   - limit: how many are kept.
    ///   - firstRows: which of several worst ones leaves: the last row, else the first.
    init(limit: Int, firstRows: Bool) {
        self.limit = limit
        self.firstRows = firstRows
        heap.reserveCapacity(limit)
    }

    private func isWorse(_ a: Entry, _ b: Entry) -> Bool {
        a.score != b.score ? a.score < b.score : (firstRows ? a.row > b.row : a.row < b.row)
    }

    mutating func push(_ hit: ps_hit) {
        if heap.count == limit {
            if !(hit.score > heap[0].score) { return }
            removeWorst()
        }
        let entry = (hit.score, Int64(hit.row))
        heap.append(entry)
        var place = heap.count - 1
        while place > 0, isWorse(entry, heap[(place - 1) / 2]) {
            heap[place] = heap[(place - 1) / 2]
            place = (place - 1) / 2
        }
        heap[place] = entry
    }

    private mutating func removeWorst() {
        let last = heap[heap.count - 1]
        var place = 0
        while 2 * place + 1 < heap.count {
            var child = 2 * place + 1
            if child + 1 < heap.count, !isWorse(heap[child], heap[child + 1]) { child += 1 }
            if isWorse(last, heap[child]) { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = last
        heap.removeLast()
    }

    /// Takes the best that was not taken before; of several the last in the heap.
    mutating func popBest() -> ps_hit? {
        var best: Int?
        for place in heap.indices where heap[place].row != Self.taken {
            if best.map({ heap[place].score >= heap[$0].score }) ?? true { best = place }
        }
        guard let best else { return nil }
        defer { heap[best].row = Self.taken }
        return ps_hit(score: heap[best].score, row: UInt32(heap[best].row))
    }

    /// How many are nearer than that.
    func countBetter(than score: Float) -> Int {
        heap.count { $0.score > score }
    }
}
