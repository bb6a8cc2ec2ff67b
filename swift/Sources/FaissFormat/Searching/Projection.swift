import CPhotoSearchKernels

/// The inner products of stored vectors with a few directions, less what is the same for all.
struct Projection: Sendable {
    private let scorers: [RowScorer]
    private let bytes: [ByteScan?]
    private let storage: VectorStorage

    init(of storage: VectorStorage, on directions: [[Float]]) {
        self.storage = storage
        scorers = directions.map {
            RowScorer(query: $0, storage: storage, metric: .innerProduct)
        }
        bytes = scorers.map(ByteScan.init)
    }

    /// Calls `body` with the numbers of the rows along each direction in turn. Of rows of bytes they
    /// are exact to a percent of how much the rows differ, which for short codes is enough.
    func withNumbers(
        ofRows first: Int, count: Int, chosen: UnsafePointer<UInt32>? = nil,
        _ body: (_ direction: Int, UnsafePointer<Float>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { room in
            guard let numbers = room.baseAddress else { return }
            storage.withRows(from: first, count: count, chosen: chosen) { rows in
                for (place, scorer) in scorers.enumerated() {
                    if let bytes = bytes[place] {
                        bytes.score(&rows, into: numbers)
                    } else {
                        scorer.score(&rows, into: numbers)
                    }
                    body(place, numbers)
                }
            }
        }
    }
}
