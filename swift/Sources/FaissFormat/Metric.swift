/// How the likeness of two vectors is measured. The raw values are FAISS's.
public enum Metric: Int32, Sendable, CaseIterable {
    /// Inner product: greater is nearer.
    case innerProduct = 0
    /// Squared Euclidean distance: less is nearer.
    case squaredDistance = 1
}
