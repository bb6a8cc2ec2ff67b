/// Where to look: near `toward`; photos that are nearer to one of `away` stand back.
///
/// `PhotoIndex.search(_:k:filter:)` gives a photo the score
/// toward − Σ strength × max(0, away − toward + margin), over its inner products with the vectors.
/// The margin is a quarter of a unit of the calibrated odds' logarithm: a photo stands back if its odds
/// of showing what is not wanted are 0.78 of those of what is wanted, or more. Every other photo keeps
/// its place. `photosearch/query/negation.py` says why, and how it was measured.
public struct QueryVectors: Sendable, Hashable {
    /// A negative term.
    public struct Away: Sendable, Hashable {
        public let vector: [Float]
        /// 1 for a plain negative word.
        public let strength: Double

        public init(vector: [Float], strength: Double = 1) {
            (self.vector, self.strength) = (vector, strength)
        }
    }

    public let toward: [Float]
    public let away: [Away]

    public init(toward: [Float], away: [Away] = []) {
        (self.toward, self.away) = (toward, away)
    }
}
