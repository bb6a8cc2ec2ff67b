import CPhotoSearchKernels

/// The candidates of an HNSW search: the nearest so far, those already followed among them.
///
/// FAISS's MinimaxHeap: its worst entry leaves when it is full, its best is taken to be followed,
/// and one that was taken stays, so that it still counts.
struct Candidates {
    /// A heap with the worst on top.
    private var heap: [(score: Float, row: UInt32?)] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
        heap.reserveCapacity(limit)
    }

    mutating func push(_ hit: ps_hit) {
        if heap.count == limit {
            if !(hit.score > heap[0].score) { return }
            removeWorst()
        }
        heap.append((hit.score, hit.row))
        var place = heap.count - 1
        while place > 0, heap[place].score < heap[(place - 1) / 2].score {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func removeWorst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heap.count && heap[child].score < heap[least].score {
                least = child
            }
            if least == place { return }
            heap.swapAt(place, least)
            place = least
        }
    }

    /// Takes the best that was not taken before.
    mutating func popBest() -> ps_hit? {
        var best: (place: Int, hit: ps_hit)?
        for place in heap.indices.reversed() {
            guard let row = heap[place].row else { continue }
            if best.map({ heap[place].score > $0.hit.score }) ?? true {
                best = (place, ps_hit(score: heap[place].score, row: row))
            }
        }
        if let best { heap[best.place].row = nil }
        return best?.hit
    }

    /// How many are nearer than that.
    func countBetter(than score: Float) -> Int {
        heap.count { $0.score > score }
    }
}
