import CPhotoSearchKernels

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
