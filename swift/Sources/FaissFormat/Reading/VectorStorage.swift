import CPhotoSearchKernels

/// The vectors of an index, as they lie in the file.
struct VectorStorage: Sendable {
    let format: VectorFormat
    let dimension: Int
    let count: Int
    let codes: StoredArray<UInt8>
    /// Of the formats with ranges: the least value of each dimension, and how wide its range is.
    let low: [Float], width: [Float]

    /// Bytes of one vector.
    var codeSize: Int { dimension * format.width }

    /// Reads what follows the header of a `Flat` index.
    ///
    /// - Throws: `FaissError`.
    init(flat header: Header, _ reader: inout ByteReader) throws {
        let numbers = try reader.vector("xb", of: Float.self)
        try require("xb.size", numbers.count, equals: header.count * header.dimension)
        format = .float32
        dimension = header.dimension
        count = header.count
        codes = StoredArray(data: numbers.data, offset: numbers.offset, count: 4 * numbers.count)
        low = []
        width = []
    }

    /// Reads what follows the header of a scalar quantizer.
    ///
    /// - Throws: `FaissError`.
    init(quantizer header: Header, _ reader: inout ByteReader) throws {
        format = try VectorFormat(quantizerType: reader.read("qtype"))
        let _: Int32 = try reader.read("rangestat")
        let _: Float = try reader.read("rangestat_arg")
        dimension = header.dimension
        count = header.count
        try require("sq.d", reader.read("sq.d"), equals: UInt64(dimension))
        let size = UInt64(dimension * format.width)
        try require("sq.code_size", reader.read("sq.code_size"), equals: size)
        let trained = try reader.vector("sq.trained", of: Float.self).copied()
        let expected = format.trainedCount(dimension: dimension)
        try require("sq.trained.size", trained.count, equals: expected)
        codes = try reader.vector("codes")
        try require("codes.size", codes.count, equals: count * dimension * format.width)
        switch format {
        case .byte:
            low = Array(trained[..<dimension])
            width = Array(trained[dimension...])
        case .byteUniform:
            low = [Float](repeating: trained[0], count: dimension)
            width = [Float](repeating: trained[1], count: dimension)
        default:
            low = []
            width = []
        }
    }

    /// Calls `body` with the rows, all in order from `first`, or those that `chosen` names.
    func withRows<Result>(
        from first: Int = 0, count: Int, chosen: UnsafePointer<UInt32>? = nil,
        _ body: (inout ps_rows) -> Result
    ) -> Result {
        codes.withBytes { bytes in
            var rows = ps_rows(
                codes: bytes.baseAddress, stride: codeSize, dim: dimension, at: chosen,
                first: first, count: count)
            return body(&rows)
        }
    }

    /// Writes the rows as float32 to `out`, which has room for them.
    func decode(_ rows: inout ps_rows, into out: UnsafeMutablePointer<Float>) {
        switch format {
        case .float32: copy(rows, to: out)
        case .float16: ps_decode_f16(&rows, out)
        case .bfloat16: ps_decode_bf16(&rows, out)
        case .byte, .byteUniform: ps_decode_sq8(&rows, low, width, out)
        case .byteDirect: ps_decode_direct(&rows, 0, out)
        case .byteDirectSigned: ps_decode_direct(&rows, -128, out)
        }
    }

    private func copy(_ rows: ps_rows, to out: UnsafeMutableRawPointer) {
        guard let codes = rows.codes else { return }
        for place in 0..<rows.count {
            let row = rows.at.map { Int($0[place]) } ?? rows.first + place
            (out + place * codeSize).copyMemory(from: codes + row * codeSize, byteCount: codeSize)
        }
    }
}
