/// Which vectors can be searched for.
///
/// The rules, and the words, are those of `check_direction` in `photosearch/index/find/hits.py`.
package enum QueryVectorCheck {
    /// - Parameters:
    ///   - vector: What is searched for by inner product.
    ///   - name: What to call it in an error.
    /// - Throws: `PhotoSearchError` of kind `shape` for numbers that are not finite, zeros only, or what
    ///   float32 cannot square.
    package static func requireDirection(
        _ vector: [Float], _ name: String = "vector"
    ) throws(PhotoSearchError) {
        let square = vector.reduce(0) { $0 + Double($1) * Double($1) }
        if vector.isEmpty || (square > 0 && square <= Double(Float.greatestFiniteMagnitude)) {
            return
        }
        try requireFinite(vector, name)
        let got =
            square == 0
            ? "[\(vector.count)] of zeros, which point nowhere"
            : "numbers whose squares are beyond float32"
        throw PhotoSearchError(.shape, "\(name): got \(got), expected an embedding")
    }

    /// What a search by distance needs: there, zeros are a place like any other.
    package static func requireFinite(
        _ vector: [Float], _ name: String = "vector"
    ) throws(PhotoSearchError) {
        guard let place = vector.firstIndex(where: { !$0.isFinite }) else { return }
        throw PhotoSearchError(
            .shape, "\(name): got \(vector[place]) at place \(place), expected finite numbers")
    }
}
