import CPhotoSearchKernels
import FaissFormat

/// The built-in text tower on the CPU: the arithmetic of `photosearch/models/text_tower.py`, equal to
/// 1e-4.
///
/// Large weights stay int8 and int4 in the mapped file; opening it reads only what is small.
struct TextTower: Sendable {
    private static let tiny: Float = 1e-12  // a smaller norm is not divided by

    private let file: MappedFile
    private let values: [Float]
    private let tokens: Embedding
    private let positions: Int  // place among the values
    private let heads: Int
    private let norm: Norm
    private let layers: [TowerLayer]
    private let head: TowerHead

    /// The most tokens that a text may have.
    let context: Int

    /// Values of an embedding.
    var dim: Int { head.linear.outputs }

    /// From the text half of a bundle's weights.
    ///
    /// - Throws: `PhotoSearchError` of kind `bundle` if the file is damaged, of kind `model` if the
    ///   tensors do not fit each other.
    init(path: String) throws(PhotoSearchError) {
        let weights = try Weights(path: path, prefix: "text.")
        heads = try weights.config("heads")
        var reader = TowerReader(weights)
        tokens = try reader.embedding("tokens.weight")
        let width = tokens.width
        (positions, context) = try reader.array("positions.weight", [nil, width])
        guard heads >= 1, width % heads == 0 else {
            throw PhotoSearchError(
                .model, "attention heads: got \(heads), expected a divisor of \(width)")
        }
        norm = try reader.norm("norm", width: width)
        var layers: [TowerLayer] = []
        for index in 0..<(try reader.layerCount()) {
            layers.append(try reader.layer("layers.\(index)", width: width))
        }
        self.layers = layers
        head = try reader.head("head", width: width)
        file = weights.stored.file
        values = reader.values
    }

    /// Token ids, 0 is padding, to a unit vector of `dim` values.
    ///
    /// - Throws: `PhotoSearchError` of kind `shape` for no ids, more than `context` or an unknown
    ///   one.
    /// - Complexity: O(n) in the tokens for short texts; on two threads from `TowerRun.fewest` tokens on.
    func embed(
        _ ids: [Int32],
        kernels: UnsafePointer<ps_text_kernels> = ps_text_kernels_at(Kernels.textPlace)
    ) throws(PhotoSearchError) -> [Float] {
        guard ids.count >= 1, ids.count <= context else {
            throw PhotoSearchError(.shape, "tokens: got \(ids.count), expected 1 to \(context)")
        }
        guard ids.allSatisfy({ $0 >= 0 && $0 < tokens.count }) else {
            throw PhotoSearchError(.shape, "token ids: got \(ids), expected 0..\(tokens.count - 1)")
        }
        return file.withBytes { bytes in
            values.withUnsafeBufferPointer { values in
                guard let file = bytes.baseAddress, let values = values.baseAddress else {
                    return []
                }
                let memory = TowerMemory(file: file, values: values, kernels: kernels.pointee)
                return embedding(pooled(ids, memory), memory)
            }
        }
    }

    /// The mean over the tokens of what the last layer gives.
    private func pooled(_ ids: [Int32], _ memory: TowerMemory) -> [Float] {
        let width = tokens.width
        // padding is never looked at by the others, so it need not be computed
        let real = ids.enumerated().filter { $0.element != 0 }
        let run = TowerRun(layers, memory, tokens: real.count, width: width, heads: heads)
        for (row, (place, id)) in real.enumerated() {
            let out = run.hidden + row * width
            tokens.copy(memory, row: Int(id), into: out)
            let position = memory.values + positions + place * width
            for column in 0..<width { out[column] += position[column] }
        }
        norm.run(memory, run.hidden, tokens: real.count, width: width)
        run.all()
        var pooled = [Float](repeating: 0, count: width)
        for row in 0..<real.count {
            for column in 0..<width { pooled[column] += run.hidden[row * width + column] }
        }
        return pooled.map { $0 / Float(max(real.count, 1)) }
    }

    private func embedding(_ pooled: [Float], _ memory: TowerMemory) -> [Float] {
        var x = pooled
        head.norm.run(memory, &x, tokens: 1, width: x.count)
        var y = [Float](repeating: 0, count: dim)
        var beside = y
        head.linear.run(memory, x, tokens: 1, into: &y)
        var up = [Float](repeating: 0, count: head.up.outputs)
        head.up.run(memory, x, tokens: 1, into: &up)
        memory.kernels.gelu(&up, up.count)
        head.down.run(memory, up, tokens: 1, into: &beside)
        return Vector.unit(zip(y, beside).map(+), atLeast: Self.tiny)
    }
}
