/// The space of an encoder's vectors, whole or cut to a width that the model was trained for.
package struct EmbeddingSpace: Sendable, Equatable {
    private static let tiny: Float = 1e-12  // a smaller norm is not divided by

    package let id: String
    package let dim: Int

    /// - Parameter width: One of the manifest's; nil for the widest.
    /// - Throws: `PhotoSearchError` of kind `usage` for any other width.
    package init(_ manifest: Manifest, width: Int?) throws(PhotoSearchError) {
        dim = width ?? manifest.dim
        guard manifest.widths.contains(dim) else {
            let listed = manifest.widths.map(String.init).joined(separator: ", ")
            throw PhotoSearchError(.usage, "embedding width: got \(dim), expected one of \(listed)")
        }
        id = dim == manifest.dim ? manifest.space : "\(manifest.space)/\(dim)"
    }

    /// The first `dim` values as a unit vector.
    ///
    /// - Throws: `PhotoSearchError` of kind `model` if they are too few, not finite or all zero, as
    ///   they are when a model overflows: such a vector must never be stored.
    package func fit(_ values: [Float]) throws(PhotoSearchError) -> [Float] {
        let cut = values.prefix(dim)
        guard cut.count == dim, cut.allSatisfy(\.isFinite) else {
            throw PhotoSearchError(
                .model, "embedding: got \(values.count) values, expected \(dim) finite ones")
        }
        guard Vector.length(cut) > Self.tiny else {
            throw PhotoSearchError(.model, "embedding: got zeros, expected a direction")
        }
        return Vector.unit(cut, atLeast: Self.tiny)
    }
}
