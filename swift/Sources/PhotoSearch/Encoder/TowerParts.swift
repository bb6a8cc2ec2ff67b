import CPhotoSearchKernels

/// Where a tower's numbers are while it runs: large ones in the file, small ones in memory.
struct TowerMemory {
    let file: UnsafeRawPointer
    let values: UnsafePointer<Float>
    let kernels: ps_text_kernels
}

/// A linear layer, [outputs, inputs].
struct Linear: Sendable {
    enum Weights: Sendable {
        case int4(at: Int)  // byte of the file
        case int8(at: Int)  // byte of the file
        case floats(at: Int)  // place among the values
    }

    let weights: Weights
    let scale: Int?  // place among the values
    let bias: Int?
    let inputs: Int
    let outputs: Int

    /// For the rows of int4 that are being multiplied.
    private var room: Int { Int(PS_INT4_ROWS) * inputs }

    /// x [tokens, inputs] to y, whose rows lie `stride` values apart.
    func run(
        _ memory: TowerMemory, _ x: UnsafePointer<Float>, tokens: Int,
        into y: UnsafeMutablePointer<Float>, stride: Int? = nil
    ) {
        let scale = scale.map { memory.values + $0 }
        let bias = bias.map { memory.values + $0 }
        func layer(_ weights: UnsafeRawPointer) -> ps_linear {
            ps_linear(weights: weights, scale: scale, bias: bias, inputs: inputs, outputs: outputs)
        }
        switch weights {
        case .int4(let place):
            var layer = layer(memory.file + place)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: room) { rows in
                guard let rows = rows.baseAddress else { return }
                memory.kernels.linear_int4(&layer, x, tokens, y, stride ?? outputs, rows)
            }
        case .int8(let place):
            var layer = layer(memory.file + place)
            memory.kernels.linear_int8(&layer, x, tokens, y, stride ?? outputs)
        case .floats(let place):
            var layer = layer(memory.values + place)
            memory.kernels.linear_fp32(&layer, x, tokens, y, stride ?? outputs)
        }
    }
}

/// Layer normalisation.
struct Norm: Sendable {
    let weight: Int  // place among the values
    let bias: Int
    let eps: Float

    func run(_ memory: TowerMemory, _ x: UnsafeMutablePointer<Float>, tokens: Int, width: Int) {
        memory.kernels.layer_norm(
            x, tokens, width, memory.values + weight, memory.values + bias, eps)
    }
}

/// Word embeddings, of which only the rows in hand are read.
struct Embedding: Sendable {
    enum Rows: Sendable {
        case int4(codes: Int, scale: Int)  // bytes of the file
        case int8(codes: Int, scale: Int)  // byte of the file, place among the values
        case floats(at: Int)  // place among the values
    }

    let rows: Rows
    let count: Int
    let width: Int

    func copy(_ memory: TowerMemory, row: Int, into out: UnsafeMutablePointer<Float>) {
        switch rows {
        case .int4(let codes, let scale):
            let groups = width / PhotoSearch.Weights.group
            let codes = (memory.file + codes + row * width / 2).assumingMemoryBound(to: UInt8.self)
            let scale = (memory.file + scale + 2 * row * groups).assumingMemoryBound(to: UInt8.self)
            ps_int4_row(codes, scale, width, out)
        case .int8(let codes, let scale):
            let codes = (memory.file + codes + row * width).assumingMemoryBound(to: Int8.self)
            let factor = memory.values[scale + row]
            for column in 0..<width { out[column] = Float(codes[column]) * factor }
        case .floats(let place):
            out.update(from: memory.values + place + row * width, count: width)
        }
    }
}

/// One transformer layer, post-norm as in BERT.
struct TowerLayer: Sendable {
    let query, key, value, out: Linear
    let norm1: Norm
    let up, down: Linear
    let norm2: Norm
}

/// LayerNorm, then a linear map plus a GELU layer beside it.
struct TowerHead: Sendable {
    let norm: Norm
    let linear, up, down: Linear
}
