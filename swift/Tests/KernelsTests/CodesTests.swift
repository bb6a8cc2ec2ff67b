import CPhotoSearchKernels
import Testing

@Suite struct CodesTests {
    private func decode(_ bytes: [UInt8], _ body: (inout ps_rows, inout [Float]) -> Void)
        -> [Float]
    {
        var out = [Float](repeating: 0, count: bytes.count / 2)
        Codes(bytes, stride: bytes.count, rows: 1).withRows(dim: bytes.count / 2) {
            body(&$0, &out)
        }
        return out
    }

    @Test func everyHalfComesBackFromItsFloat() {
        let halves = (0...UInt16.max).filter { $0 & 0x7fff <= 0x7c00 }
        let bytes = halves.withUnsafeBytes { [UInt8]($0) }
        #expect(decode(bytes) { ps_decode_f16(&$0, &$1) }.halves == bytes)
    }

    /// Numbers and the halves nearest to them, in hexadecimal: halfway cases, the ends of the range.
    static let halves: [(Float, Float)] = [
        (0x1.002p0, 0x1p0), (0x1.006p0, 0x1.008p0), (65519, 65504), (65520, .infinity),
        (-1e30, -.infinity), (0x1p-25, 0), (0x1.8p-25, 0x1p-24), (0x1.ffep-15, 0x1p-14),
        (0x1.ffcp-15, 0x1p-14), (0x1.ff4p-15, 0x1.ffp-15), (-0.0, -0.0),
    ]

    @Test(arguments: halves)
    func halvesRoundToTheNearestAndTiesToEven(number: Float, expected: Float) {
        let got = decode([number].halves) { ps_decode_f16(&$0, &$1) }
        #expect(got == [expected] && got[0].sign == expected.sign)
    }

    /// The same where they differ.
    static let halvesAway: [(Float, Float)] = [
        (0x1.002p0, 0x1.004p0), (-0x1.002p0, -0x1.004p0), (0x1.001fp0, 0x1p0), (0x1p-25, 0x1p-24),
        (0x1.4p-23, 0x1.8p-23), (0x1.ffffp-26, 0), (65520, .infinity), (-0.0, -0.0),
    ]

    @Test(arguments: halvesAway)
    func halvesMayRoundTiesAwayFromZero(number: Float, expected: Float) {
        var bytes: [UInt8] = [0, 0]
        ps_encode_f16_away([number], 1, &bytes)
        let got = decode(bytes) { ps_decode_f16(&$0, &$1) }
        #expect(got == [expected] && got[0].sign == expected.sign)
    }

    static let brainHalves: [(Float, Float)] = [
        (0x1.01p0, 0x1.02p0), (0x1.03p0, 0x1.04p0), (-0x1.01p0, -0x1.02p0), (0x1.00fp0, 0x1p0),
        (.greatestFiniteMagnitude, .infinity),
        (.infinity, .infinity), (-2.5, -2.5),
    ]

    @Test(arguments: brainHalves)
    func brainHalvesRoundToTheNearestAndTiesAwayFromZero(number: Float, expected: Float) {
        #expect(decode([number].brainHalves) { ps_decode_bf16(&$0, &$1) } == [expected])
    }

    @Test func notANumberStaysNotANumber() {
        let odd = Float(bitPattern: 0x7f80_0001)
        #expect(decode([odd].halves) { ps_decode_f16(&$0, &$1) }[0].isNaN)
        #expect(decode([odd].brainHalves) { ps_decode_bf16(&$0, &$1) }[0].isNaN)
    }

    @Test func bytesClampToTheirRange() {
        var out = [UInt8](repeating: 9, count: 6)
        let numbers: [Float] = [-2, 0.5, 3, .nan, .infinity, -.infinity]
        ps_encode_sq8(numbers, 6, 1, [0], [1], &out)
        #expect(out == [0, 127, 255, 0, 255, 0])
    }

    @Test func aDimensionWithoutWidthIsZero() {
        var out: [UInt8] = [9]
        ps_encode_sq8([5], 1, 1, [5], [0], &out)
        #expect(out == [0])
    }
}
