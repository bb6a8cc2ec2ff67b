import CPhotoSearchKernels
import Testing

/// A layer in int4 whose values are known.
private struct PackedLayer {
    private static let shift = 1  // so that the codes are not aligned
    let inputs, outputs: Int
    private let codes: [UInt8]
    private let scale: [Float]
    private let bias: [Float]

    init(inputs: Int, outputs: Int, using random: inout some RandomNumberGenerator) {
        (self.inputs, self.outputs) = (inputs, outputs)
        codes = (0..<Self.shift + outputs * inputs / 2).map { _ in
            .random(in: 0...255, using: &random)
        }
        let groups = outputs * inputs / Int(PS_INT4_GROUP)
        scale = (0..<groups).map { _ in .random(in: -1...1, using: &random) }
        bias = (0..<outputs).map { _ in .random(in: -1...1, using: &random) }
    }

    private func weight(_ row: Int, _ column: Int) -> Double {
        let place = row * inputs + column
        let pair = codes[Self.shift + place / 2]
        let code = Int(place % 2 == 0 ? pair & 15 : pair >> 4)
        return Double(code - 8) * Double(scale[place / Int(PS_INT4_GROUP)])
    }

    /// x [inputs] to [outputs].
    func expected(_ x: ArraySlice<Float>) -> [Double] {
        (0..<outputs).map { row in
            x.enumerated().reduce(Double(bias[row])) { sum, value in
                sum + weight(row, value.offset) * Double(value.element)
            }
        }
    }

    /// x [tokens, inputs] to [tokens, stride], where 7 is what was not written.
    func run(_ kernels: ps_text_kernels, _ x: [Float], stride: Int) -> [Float] {
        let tokens = x.count / inputs
        var y = [Float](repeating: 7, count: tokens * stride)
        var room = [Float](repeating: .nan, count: Int(PS_INT4_ROWS) * inputs)
        codes.withUnsafeBytes { codes in
            scale.withUnsafeBufferPointer { scale in
                bias.withUnsafeBufferPointer { bias in
                    guard let start = codes.baseAddress else { return }
                    var layer = ps_linear(
                        weights: start + Self.shift, scale: scale.baseAddress,
                        bias: bias.baseAddress, inputs: inputs, outputs: outputs)
                    kernels.linear_int4(&layer, x, tokens, &y, stride, &room)
                }
            }
        }
        return y
    }
}

@Suite struct TextTests {
    private static let kinds = Array(0..<ps_text_kernels_count())

    /// Outputs that fill the rows that are widened at a time, or do not.
    @Test(arguments: kinds, [1, 5, 11, 12, 13, 24, 38])
    func int4IsMultipliedAsItsValues(kind: Int, outputs: Int) {
        var random = SystemRandomNumberGenerator()
        for (inputs, tokens) in [(64, 1), (128, 2), (192, 3), (320, 4), (64, 7), (384, 20)] {
            let layer = PackedLayer(inputs: inputs, outputs: outputs, using: &random)
            let x = (0..<tokens * inputs).map { _ in Float.random(in: -1...1, using: &random) }
            let stride = outputs + 3
            let y = layer.run(ps_text_kernels_at(kind).pointee, x, stride: stride)
            for token in 0..<tokens {
                let row = y[token * stride..<(token + 1) * stride]
                let expected = layer.expected(x[token * inputs..<(token + 1) * inputs])
                #expect(zip(row, expected).allSatisfy { abs(Double($0) - $1) < 1e-3 })
                #expect(row.suffix(3) == [7, 7, 7])
            }
        }
    }

    @Test func aRowOfInt4HasTheEvenColumnInTheLowNibble() {
        var row = [Float](repeating: .nan, count: 128)
        var codes = [UInt8](repeating: 0x88, count: 64)
        (codes[0], codes[63]) = (0xF0, 0x0F)
        ps_int4_row(codes, [0x00, 0x3C, 0x00, 0xB8], 128, &row)  // scales of 1 and -0.5
        #expect(row[0...2] == [-8, 7, 0])
        #expect(row[125...127] == [0, -3.5, 4])
    }
}
