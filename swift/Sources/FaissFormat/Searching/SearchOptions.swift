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
