import CPhotoSearchKernels
import Testing

/// Numbers that are not numbers, too large, or too small.
@Suite struct AdversarialScanTests {
    static let scans: [Scan] = [.dotFloat32, .dotFloat16, .dotBFloat16, .nearFloat32]

    private func encode(_ numbers: [Float], for scan: Scan) -> [UInt8] {
        switch scan {
        case .dotFloat16: numbers.halves
        case .dotBFloat16: numbers.brainHalves
        default: numbers.bytes
        }
    }

    private func score(
        _ implementation: Implementation, _ scan: Scan, query: [Float], row: [Float]
    ) -> Float {
        let codes = Codes(encode(row, for: scan), stride: row.count * scan.width, rows: 1, shift: 1)
        return scan(implementation, query: query, codes: codes)[0]
    }

    @Test(arguments: Implementation.all, scans)
    func aNaNAnywhereIsSeen(implementation: Implementation, scan: Scan) {
        for dim in [1, 7, 8, 15, 33, 64, 67] {
            for place in 0..<dim {
                var row = [Float](repeating: 0.5, count: dim)
                row[place] = .nan
                let query = [Float](repeating: 1, count: dim)
                #expect(score(implementation, scan, query: query, row: row).isNaN)
                #expect(score(implementation, scan, query: row, row: query).isNaN)
            }
        }
    }

    @Test(arguments: Implementation.all, scans)
    func anInfinityAnywhereIsSeen(implementation: Implementation, scan: Scan) {
        let sign: Float = scan == .nearFloat32 ? -1 : 1
        for dim in [1, 8, 16, 35, 70] {
            for place in 0..<dim {
                var row = [Float](repeating: 0.5, count: dim)
                row[place] = .infinity
                let query = [Float](repeating: 1, count: dim)
                #expect(score(implementation, scan, query: query, row: row) == sign * .infinity)
            }
        }
    }

    @Test(arguments: Implementation.all)
    func denormalHalvesCount(implementation: Implementation) {
        let least: Float = 0x1p-24
        for dim in [1, 8, 19, 64] {
            let query = [Float](repeating: 1, count: dim)
            let row = [Float](repeating: least, count: dim)
            #expect(
                score(implementation, .dotFloat16, query: query, row: row) == Float(dim) * least)
        }
    }

    @Test(arguments: Implementation.all)
    func denormalFloatsCount(implementation: Implementation) {
        let row = [Float](repeating: .leastNonzeroMagnitude, count: 37)
        let query = [Float](repeating: 1, count: 37)
        let expected = 37 * Float.leastNonzeroMagnitude
        #expect(score(implementation, .dotFloat32, query: query, row: row) == expected)
    }

    @Test(arguments: Implementation.all)
    func everyHalfDecodesAsItself(implementation: Implementation) {
        let halves = (0...UInt16.max).map(\.self)
        let bytes = halves.withUnsafeBytes { [UInt8]($0) }
        let codes = Codes(bytes, stride: 2, rows: halves.count, shift: 1)
        let got = Scan.dotFloat16(implementation, query: [1], codes: codes)
        var expected = [Float](repeating: 0, count: halves.count)
        codes.withRows(dim: 1) { ps_decode_f16(&$0, &expected) }
        #expect(zip(got, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    }
}
