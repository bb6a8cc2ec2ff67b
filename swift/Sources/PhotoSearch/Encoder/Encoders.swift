// Words and photos to unit vectors of one space: the protocols, the built-in text encoder, queries.

import FaissFormat

/// Words to unit vectors of one space, whatever computes them.
public protocol TextEncoder: Sendable {
    /// Vectors of two spaces are never compared. A cut embedding's is `<space>/<width>`.
    var space: String { get }

    /// Values of an embedding.
    var dim: Int { get }

    var calibration: Calibration { get }

    /// A text to a unit vector of `dim` values.
    func encode(_ text: String) async throws -> [Float]
}

extension TextEncoder {
    /// A weighted query as vectors: the sum of weight × term, and each negative term by itself.
    ///
    /// Without a positive term, the sum is that of the negative ones: photos least like them.
    ///
    /// - Throws: `PhotoSearchError` of kind `query` if there are no terms, a weight is not finite,
    ///   or the terms cancel out; and what `encode` throws.
    public func embed(_ query: SearchQuery) async throws -> QueryVectors {
        var sum = try QuerySum(query, dim: dim)
        var away: [QueryVectors.Away] = []
        for term in query.terms {
            let vector = try await encode(term.text)
            if sum.counts(term.weight) {
                sum.add(vector, weight: term.weight)
            } else if term.weight < 0 {
                let strength = Float(term.weight) / Float(QueryParser.negativeWeight)
                away.append(.init(vector: vector, strength: Double(strength)))
            }
        }
        return QueryVectors(toward: try sum.direction(), away: away)
    }
}

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

/// Adds up the terms of a query, as `embed_query` in `photosearch/query/embed.py`.
struct QuerySum {
    private static let cancelled: Float = 1e-6  // so short a sum is only rounding

    private var total: [Float]
    private let greatest: Float
    private let isPositive: Bool

    init(_ query: SearchQuery, dim: Int) throws(PhotoSearchError) {
        guard !query.terms.isEmpty else {
            throw PhotoSearchError(
                .query, "the query is empty: got no words, expected at least one")
        }
        let weights = query.terms.map { Float($0.weight) }
        guard weights.allSatisfy(\.isFinite) else {
            throw PhotoSearchError(.query, "query weights: got \(weights), expected finite numbers")
        }
        isPositive = weights.contains { $0 > 0 }
        let summed = isPositive ? weights.filter { $0 > 0 } : weights
        greatest = max(summed.map(\.magnitude).max() ?? 0, Self.cancelled)
        total = Array(repeating: 0, count: dim)
    }

    /// Whether a term of this weight is part of the sum.
    func counts(_ weight: Double) -> Bool {
        isPositive ? weight > 0 : true
    }

    mutating func add(_ vector: [Float], weight: Double) {
        let factor = Float(weight) / greatest
        for (index, value) in vector.enumerated() { total[index] += factor * value }
    }

    func direction() throws(PhotoSearchError) -> [Float] {
        guard Vector.length(total) >= Self.cancelled else {
            throw PhotoSearchError(
                .query, "the parts of the query cancel each other out: nothing is left to find")
        }
        return Vector.unit(total, atLeast: Self.cancelled)
    }
}

/// The built-in text tower from the bundle's own weights: no Core ML, on every system.
///
/// ```swift
/// let encoder = try PortableTextEncoder(ModelBundle(at: url))
/// let query = try await encoder.embed(SearchQuery(parsing: "dog -beach"))
/// ```
public struct PortableTextEncoder: TextEncoder {
    public let space: String
    public let dim: Int
    public let calibration: Calibration
    private let tokenizer: any Tokenizer
    private let tower: TextTower

    /// - Parameters:
    ///   - bundle: Of the architecture `photosearch-v1`; `verify` it first if it may be damaged.
    ///   - width: Cuts the embeddings to one of the manifest's widths; nil for the widest.
    /// - Throws: `PhotoSearchError` of kind `bundle` or `model` if it is damaged, of kind `usage`
    ///   for a width that the model was not trained for.
    public init(_ bundle: ModelBundle, width: Int? = nil) throws(PhotoSearchError) {
        try Kernels.checkNamed()
        let manifest = bundle.manifest
        guard manifest.architecture == ModelBundle.architecture else {
            throw PhotoSearchError(
                .bundle,
                "architecture: got '\(manifest.architecture)', expected '\(ModelBundle.architecture)'"
            )
        }
        let dim = width ?? manifest.dim
        guard manifest.widths.contains(dim) else {
            let listed = manifest.widths.map(String.init).joined(separator: ", ")
            throw PhotoSearchError(.usage, "embedding width: got \(dim), expected one of \(listed)")
        }
        self.dim = dim
        space = dim == manifest.dim ? manifest.space : "\(manifest.space)/\(dim)"
        calibration = manifest.calibration
        tokenizer = try bundle.tokenizer()
        tower = try TextTower(path: "\(bundle.path)/\(ModelBundle.weights)")
        guard tower.dim == manifest.dim, tower.context >= tokenizer.context else {
            throw PhotoSearchError(
                .model,
                """
                text tower: got width \(tower.dim) and \(tower.context) tokens, expected \
                \(manifest.dim) and \(tokenizer.context)
                """)
        }
    }

    public func encode(_ text: String) throws(PhotoSearchError) -> [Float] {
        let whole = try tower.embed(tokenizer.encode(text))
        return dim == whole.count ? whole : Vector.unit(whole.prefix(dim), atLeast: 1e-12)
    }
}

/// Photos to unit vectors of one space, whatever computes them.
public protocol ImageEncoder: Sendable {
    /// Vectors of two spaces are never compared. A cut embedding's is `<space>/<width>`.
    var space: String { get }

    /// Values of an embedding.
    var dim: Int { get }

    /// How a photo becomes what `encode` takes: see `RGBImage.prepared`.
    var image: ImageSpec { get }

    /// Prepared pictures, `image.size` × `image.size`, to as many unit vectors of `dim` values.
    ///
    /// - Throws: `PhotoSearchError` of kind `shape` for a picture of another size.
    func encode(_ pictures: [RGBImage]) async throws -> [[Float]]

    /// Loads what is needed and runs it once, so that the first photo does not wait.
    func prewarm() async throws

    /// Gives memory back. The next call loads again.
    func unload() async
}

extension ImageEncoder {
    public func prewarm() async throws {}
    public func unload() async {}

    /// Raises unless every picture is as `image` says.
    package func check(_ pictures: [RGBImage]) throws(PhotoSearchError) {
        for picture in pictures where picture.width != image.size || picture.height != image.size {
            throw PhotoSearchError(
                .shape,
                """
                picture: got \(picture.width) × \(picture.height), expected \
                \(image.size) × \(image.size); see RGBImage.prepared
                """)
        }
    }
}

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
