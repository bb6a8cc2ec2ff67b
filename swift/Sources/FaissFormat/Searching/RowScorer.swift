import CPhotoSearchKernels

/// One query made ready for the vectors of one index: greater scores are nearer.
struct RowScorer: Sendable {
    private enum Kernel: Sendable {
        case dotFloat32, dotFloat16, dotBFloat16, dotByte, nearFloat32
        /// The distance from rows that are decoded first.
        case nearDecoded
    }

    let storage: VectorStorage
    /// The numbers that are compared with those of a row.
    let query: [Float]
    /// The query, or what each byte of a row is multiplied with.
    let weights: [Float]
    /// What is to be added to every score.
    let bias: Float
    private let kernel: Kernel
    /// How many rows are decoded at a time.
    private static let decodedRows = 32

    init(query: [Float], storage: VectorStorage, metric: Metric) {
        self.storage = storage
        let query = Self.whole(query, for: storage.format)
        self.query = query
        guard metric == .innerProduct else {
            kernel = storage.format == .float32 ? .nearFloat32 : .nearDecoded
            weights = query
            bias = 0
            return
        }
        kernel =
            switch storage.format {
            case .float32: .dotFloat32
            case .float16: .dotFloat16
            case .bfloat16: .dotBFloat16
            case .byte, .byteUniform, .byteDirect, .byteDirectSigned: .dotByte
            }
        (weights, bias) = Self.weigh(query, for: storage)
    }

    /// Whether scores are inner products, not distances.
    var isInnerProduct: Bool {
        switch kernel {
        case .dotFloat32, .dotFloat16, .dotBFloat16, .dotByte: true
        case .nearFloat32, .nearDecoded: false
        }
    }

    /// FAISS cuts off the fractions of queries for whole numbers, wherever its vector units can
    /// compute with bytes, which every x86-64 build does for these widths.
    private static func whole(_ query: [Float], for format: VectorFormat) -> [Float] {
        guard query.count % 32 == 0 else { return query }
        func integer(_ number: Float) -> Int32 { Int32(exactly: number.rounded(.towardZero)) ?? 0 }
        return switch format {
        case .byteDirect: query.map { Float(UInt8(truncatingIfNeeded: integer($0))) }
        case .byteDirectSigned: query.map { Float(Int8(truncatingIfNeeded: integer($0))) }
        default: query
        }
    }

    /// An inner product with decoded bytes, as one with the bytes themselves.
    private static func weigh(_ query: [Float], for storage: VectorStorage) -> ([Float], Float) {
        switch storage.format {
        case .float32, .float16, .bfloat16, .byteDirect: return (query, 0)
        case .byteDirectSigned: return (query, -128 * query.reduce(0, +))
        case .byte, .byteUniform:
            var weights = query
            var bias = 0.0
            for place in query.indices {
                let step = Double(storage.width[place]) / 255
                weights[place] = Float(Double(query[place]) * step)
                bias += Double(query[place]) * (Double(storage.low[place]) + 0.5 * step)
            }
            return (weights, Float(bias))
        }
    }

    /// Writes the score of each of the rows, less `bias`, to `out`.
    func score(_ rows: inout ps_rows, into out: UnsafeMutablePointer<Float>) {
        let kernels = Kernels.used
        switch kernel {
        case .dotFloat32: kernels.dot_f32(weights, &rows, out)
        case .dotFloat16: kernels.dot_f16(weights, &rows, out)
        case .dotBFloat16: kernels.dot_bf16(weights, &rows, out)
        case .dotByte: kernels.dot_u8(weights, &rows, out)
        case .nearFloat32: kernels.near_f32(weights, &rows, out)
        case .nearDecoded: scoreDecoded(rows, into: out)
        }
    }

    /// Decodes a few rows at a time, so that they stay in the cache.
    private func scoreDecoded(_ rows: ps_rows, into out: UnsafeMutablePointer<Float>) {
        let kernels = Kernels.used
        let dim = rows.dim
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.decodedRows * dim) { room in
            guard let decoded = room.baseAddress else { return }
            for start in stride(from: 0, to: rows.count, by: Self.decodedRows) {
                var some = rows
                some.at = rows.at.map { $0 + start }
                some.first = rows.first + start
                some.count = min(Self.decodedRows, rows.count - start)
                storage.decode(&some, into: decoded)
                var plain = ps_rows(
                    codes: decoded, stride: 4 * dim, dim: dim, at: nil, first: 0,
                    count: some.count)
                kernels.near_f32(weights, &plain, out + start)
            }
        }
    }
}
