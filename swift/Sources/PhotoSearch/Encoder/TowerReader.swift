/// Takes tensors by name and checks each shape as it does, like `_Reader` in
/// `photosearch/models/text_tower.py`.
struct TowerReader {
    private static let layerEpsilon: Float = 1e-12
    private static let headEpsilon: Float = 1e-5

    private let weights: Weights
    /// The small tensors as fp32, one after the other.
    private(set) var values: [Float] = []

    init(_ weights: Weights) {
        self.weights = weights
    }

    /// How many transformer layers follow each other from 0 on.
    ///
    /// - Throws: `PhotoSearchError` of kind `model` if there are others.
    func layerCount() throws(PhotoSearchError) -> Int {
        let named = Set(
            weights.names.compactMap { name -> Substring? in
                let parts = name.split(separator: ".", omittingEmptySubsequences: false)
                return parts.first == "layers" && parts.count > 1 ? parts[1] : nil
            })
        guard named == Set((0..<named.count).map { Substring("\($0)") }) else {
            let got = named.sorted { ($0.count, $0) < ($1.count, $1) }.prefix(9)
            throw PhotoSearchError(
                .model,
                "text layers: got \(got.joined(separator: ", ")), expected 0 to \(named.count - 1)")
        }
        return named.count
    }

    mutating func embedding(_ name: String) throws(PhotoSearchError) -> Embedding {
        let tensor = try weights.tensor(name)
        let shape = tensor.shape
        guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
            throw PhotoSearchError(
                .model, "\(name): got shape \(shape), expected [vocabulary, width]")
        }
        let rows: Embedding.Rows =
            switch tensor {
            case .int4(let codes, let scale):
                .int4(codes: codes.range.lowerBound, scale: scale.range.lowerBound)
            case .int8(let codes, let scale):
                .int8(codes: codes.range.lowerBound, scale: append(scale))
            case .floats(let entry): .floats(at: append(entry))
            }
        return Embedding(rows: rows, count: shape[0], width: shape[1])
    }

    /// The place of an array among the values, and its first side. nil in `shape`: any length.
    mutating func array(
        _ name: String, _ shape: [Int?]
    ) throws(PhotoSearchError) -> (place: Int, rows: Int) {
        let tensor = try weights.tensor(name)
        try check(name, tensor.shape, shape)
        guard case .floats(let entry) = tensor else {
            throw PhotoSearchError(.model, "\(name): got quantised values, expected F16 or F32")
        }
        return (append(entry), tensor.shape[0])
    }

    mutating func linear(
        _ name: String, inputs: Int, outputs: Int? = nil
    ) throws(PhotoSearchError) -> Linear {
        let tensor = try weights.tensor("\(name).weight")
        try check("\(name).weight", tensor.shape, [outputs, inputs])
        let rows = tensor.shape[0]
        let bias = weights.has("\(name).bias") ? try array("\(name).bias", [rows]).place : nil
        let (stored, scale): (Linear.Weights, Int?) =
            switch tensor {
            case .int4(let codes, let scale): (.int4(at: codes.range.lowerBound), append(scale))
            case .int8(let codes, let scale): (.int8(at: codes.range.lowerBound), append(scale))
            case .floats(let entry): (.floats(at: append(entry)), nil)
            }
        return Linear(weights: stored, scale: scale, bias: bias, inputs: inputs, outputs: rows)
    }

    mutating func norm(_ name: String, width: Int, isHead: Bool = false) throws(PhotoSearchError)
        -> Norm
    {
        Norm(
            weight: try array("\(name).weight", [width]).place,
            bias: try array("\(name).bias", [width]).place,
            eps: isHead ? Self.headEpsilon : Self.layerEpsilon)
    }

    mutating func layer(_ name: String, width: Int) throws(PhotoSearchError) -> TowerLayer {
        let attention = "\(name).attention"
        let up = try linear("\(name).up", inputs: width)
        return TowerLayer(
            query: try linear("\(attention).query", inputs: width, outputs: width),
            key: try linear("\(attention).key", inputs: width, outputs: width),
            value: try linear("\(attention).value", inputs: width, outputs: width),
            out: try linear("\(attention).out", inputs: width, outputs: width),
            norm1: try norm("\(name).norm1", width: width),
            up: up,
            down: try linear("\(name).down", inputs: up.outputs, outputs: width),
            norm2: try norm("\(name).norm2", width: width))
    }

    mutating func head(_ name: String, width: Int) throws(PhotoSearchError) -> TowerHead {
        let up = try linear("\(name).up", inputs: width)
        let linear = try linear("\(name).linear", inputs: width)
        return TowerHead(
            norm: try norm("\(name).norm", width: width, isHead: true), linear: linear, up: up,
            down: try self.linear("\(name).down", inputs: up.outputs, outputs: linear.outputs))
    }

    private mutating func append(_ entry: Safetensors.Entry) -> Int {
        defer { values += weights.stored.floats(entry) }
        return values.count
    }

    private func check(_ name: String, _ got: [Int], _ expected: [Int?]) throws(PhotoSearchError) {
        let fits =
            got.count == expected.count
            && zip(got, expected).allSatisfy { $1 == nil || $0 == $1 }
        guard fits else {
            let expected = expected.map { $0.map(String.init) ?? "any" }
            throw PhotoSearchError(.model, "\(name): got shape \(got), expected \(expected)")
        }
    }
}
