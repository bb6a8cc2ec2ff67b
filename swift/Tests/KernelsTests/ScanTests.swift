import CPhotoSearchKernels
import Testing

/// Every implementation that this processor can run against the plain one.
@Suite struct ScanTests {
    /// Around every length at which an implementation changes its step.
    static let dims =
        Array(0...70) + [95, 96, 97, 127, 128, 129, 191, 255, 256, 257, 384, 512, 777]

    private func encode(_ numbers: [Float], for scan: Scan, with random: inout SeededGenerator)
        -> [UInt8]
    {
        switch scan {
        case .dotFloat32, .nearFloat32: numbers.bytes
        case .dotFloat16: numbers.halves
        case .dotBFloat16: numbers.brainHalves
        case .dotByte: random.bytes(numbers.count)
        }
    }

    @Test(arguments: Implementation.all, Scan.allCases)
    func agreesOnRandomRowsOfEveryLength(implementation: Implementation, scan: Scan) {
        var random = SeededGenerator(seed: 1)
        for dim in Self.dims {
            let query = random.floats(dim)
            let bytes = encode(random.floats(5 * dim), for: scan, with: &random)
            for shift in [0, 1, 3] {
                let codes = Codes(bytes, stride: dim * scan.width, rows: 5, shift: shift)
                let expected = scan(.plain, query: query, codes: codes)
                let got = scan(implementation, query: query, codes: codes)
                let tolerance = Float(dim) * (scan == .dotByte ? 255 : 1) * 1e-6
                #expect(zip(got, expected).allSatisfy { abs($0 - $1) <= tolerance }, "dim \(dim)")
            }
        }
    }

    @Test(arguments: Implementation.all)
    func signedBytesAgreeExactly(implementation: Implementation) {
        var random = SeededGenerator(seed: 2)
        for dim in Self.dims {
            let query = random.bytes(dim).map { Int8(bitPattern: $0) }
            let codes = Codes(random.bytes(5 * dim), stride: dim, rows: 5, shift: dim % 4)
            #expect(
                dotBytes(implementation, query: query, codes: codes)
                    == dotBytes(.plain, query: query, codes: codes), "dim \(dim)")
        }
    }

    @Test(arguments: Implementation.all)
    func smallBytesAgreeExactly(implementation: Implementation) {
        var random = SeededGenerator(seed: 9)
        let most = implementation.kernels.small
        for dim in Self.dims + [65_536] {
            for ends in [false, true] {
                let query = (0..<dim).map { _ in
                    ends
                        ? (Bool.random(using: &random) ? most : -most)
                        : Int8.random(in: -most...most, using: &random)
                }
                let bytes = ends ? [UInt8](repeating: 255, count: 9 * dim) : random.bytes(9 * dim)
                let codes = Codes(bytes, stride: dim, rows: 9, shift: dim % 4)
                #expect(
                    dotSmall(implementation, query: query, codes: codes)
                        == dotBytes(.plain, query: query, codes: codes), "dim \(dim)")
            }
        }
    }

    @Test(arguments: Implementation.all, 0...17)
    func rowsReadInTurnsAreThoseOfEach(implementation: Implementation, count: Int) {
        var random = SeededGenerator(seed: 10)
        let query = random.floats(19)
        let bytes = random.bytes(19 * count)
        let chosen = (0..<UInt32(count)).map { $0 }
        let all = Codes(bytes, stride: 19, rows: count)
        let each = Codes(bytes, stride: 19, rows: count, chosen: chosen)
        #expect(
            Scan.dotByte(implementation, query: query, codes: all)
                == Scan.dotByte(implementation, query: query, codes: each))
    }

    @Test(arguments: Implementation.all, [Int8.min, -1, 0, 1, Int8.max])
    func signedBytesNeverSaturate(implementation: Implementation, value: Int8) {
        for dim in [1, 16, 63, 64, 4096, 65_536] {
            let query = [Int8](repeating: value, count: dim)
            let codes = Codes([UInt8](repeating: 255, count: dim), stride: dim, rows: 1)
            let got = dotBytes(implementation, query: query, codes: codes)
            #expect(got == [Int32(dim) * 255 * Int32(value)])
        }
    }

    @Test(arguments: Implementation.all, Scan.allCases)
    func chosenRowsAreThoseOfAFullScan(implementation: Implementation, scan: Scan) {
        var random = SeededGenerator(seed: 3)
        let query = random.floats(77)
        let bytes = encode(random.floats(40 * 77), for: scan, with: &random)
        let stride = 77 * scan.width
        let all = scan(implementation, query: query, codes: Codes(bytes, stride: stride, rows: 40))
        let chosen: [UInt32] = [0, 3, 4, 17, 39, 39, 1]
        let some = scan(
            implementation, query: query,
            codes: Codes(bytes, stride: stride, rows: 40, chosen: chosen))
        #expect(some == chosen.map { all[Int($0)] })
    }

    @Test(arguments: Implementation.all, Scan.allCases)
    func rowsMayLieApart(implementation: Implementation, scan: Scan) {
        var random = SeededGenerator(seed: 4)
        let query = random.floats(33)
        let rows = (0..<3).map { _ in encode(random.floats(33), for: scan, with: &random) }
        let gap = [UInt8](repeating: 0xff, count: 5)
        let apart = Codes(
            rows.flatMap { $0 + gap }, stride: 33 * scan.width + 5, rows: 3, shift: 1)
        let close = Codes(rows.flatMap(\.self), stride: 33 * scan.width, rows: 3)
        #expect(
            scan(implementation, query: query, codes: apart)
                == scan(implementation, query: query, codes: close))
    }

    @Test(arguments: Implementation.all, Scan.allCases)
    func anEmptyScanWritesNothing(implementation: Implementation, scan: Scan) {
        let codes = Codes([], stride: 4, rows: 0)
        #expect(scan(implementation, query: [1], codes: codes).isEmpty)
    }
}
