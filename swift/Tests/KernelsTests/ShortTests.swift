import CPhotoSearchKernels
import Testing

/// Short codes: their scan by every implementation, and what is kept of it.
@Suite struct ShortTests {
    static let dims = [0, 4, 8, 12, 60, 64, 100, 256]

    private func dot(
        _ implementation: Implementation, _ query: [Int8], _ codes: [UInt8], groups: Int
    ) -> [Int32] {
        var out = [Int32](repeating: -1, count: 16 * groups)
        // Bytes that lie at any address, and of which none beyond the last may be read.
        Codes(codes, stride: 0, rows: 0, shift: 1).withRows(dim: 0) { rows in
            guard let bytes = rows.codes?.assumingMemoryBound(to: UInt8.self) else { return }
            implementation.kernels.dot_short(query, bytes, query.count, groups, &out)
        }
        return out
    }

    @Test(arguments: Implementation.all, dims)
    func agreesExactlyOnRandomCodes(implementation: Implementation, dim: Int) {
        var random = SeededGenerator(seed: 6)
        for groups in [0, 1, 2, 3, 4, 5, 9] {
            let query = random.bytes(dim).map { Int8(bitPattern: $0) }
            let codes = random.bytes(16 * groups * dim).map { $0 & 127 }
            #expect(
                dot(implementation, query, codes, groups: groups)
                    == dot(.plain, query, codes, groups: groups), "\(groups) groups")
        }
    }

    @Test(arguments: Implementation.all, [Int8.min, -1, 0, 1, Int8.max])
    func neverSaturates(implementation: Implementation, value: Int8) {
        for dim in [4, 64, 65_536] {
            let query = [Int8](repeating: value, count: dim)
            let codes = [UInt8](repeating: 127, count: 16 * dim)
            let expected = [Int32](repeating: Int32(dim) * 127 * Int32(value), count: 16)
            #expect(dot(implementation, query, codes, groups: 1) == expected)
        }
    }

    @Test(arguments: Implementation.all)
    func everyPlaceOfAGroupIsItsOwn(implementation: Implementation) {
        let dim = 8
        for row in 0..<32 {
            for number in 0..<dim {
                var codes = [UInt8](repeating: 0, count: 32 * dim)
                var values = [Float](repeating: 0, count: 32)
                values[row] = 5
                ps_encode_short(values, 32, 0, 1, dim, number, &codes)
                let query = (0..<dim).map { Int8($0 + 1) }
                var expected = [Int32](repeating: 0, count: 32)
                expected[row] = 5 * Int32(number + 1)
                #expect(dot(implementation, query, codes, groups: 2) == expected)
            }
        }
    }

    @Test func numbersAreRoundedAndClampedToSevenBits() {
        var codes = [UInt8](repeating: 9, count: 16 * 4)
        let values: [Float] = [-3, 1, 1.24, 1.26, 64.5, 1e9, .nan, .infinity, -.infinity]
        ps_encode_short(values, values.count, 1, 2, 4, 0, &codes)
        let got = values.indices.map { codes[4 * $0] }
        #expect(got == [0, 0, 0, 1, 127, 127, 0, 127, 0])
        #expect(codes[1] == 9 && codes[36] == 9)
    }

    private func best(
        _ sums: [Int32], keep: Int, room: Int, part: Int, chosen: [UInt32]? = nil
    ) -> [UInt32] {
        var memory = [ps_candidate](repeating: 0, count: room)
        return memory.withUnsafeMutableBufferPointer { memory in
            guard let start = memory.baseAddress else { return [] }
            var pool = ps_pool(room: start, capacity: room, keep: keep, count: 0, above: .min)
            for first in stride(from: 0, to: sums.count, by: part) {
                let some = Array(sums[first..<min(first + part, sums.count)])
                var rows = ps_rows()
                rows.first = first
                rows.count = some.count
                let at = chosen.map { Array($0[first..<first + some.count]) } ?? []
                at.withUnsafeBufferPointer {
                    if chosen != nil { rows.at = $0.baseAddress }
                    ps_pool_offer(&pool, &rows, some)
                }
            }
            ps_pool_close(&pool)
            return memory[..<pool.count].map(ps_candidate_row).sorted()
        }
    }

    private func slowly(_ sums: [Int32], keep: Int) -> [UInt32] {
        let order = sums.indices.sorted { (sums[$1], $0) < (sums[$0], $1) }
        return order.prefix(keep).map { UInt32($0) }.sorted()
    }

    @Test(arguments: [1, 2, 20, 99, 500])
    func keepsTheBestOfEveryOrderAndTheFirstOfEqualOnes(keep: Int) {
        var random = SeededGenerator(seed: 7)
        let drawn = (0..<3000).map { _ in Int32.random(in: -40...40, using: &random) }
        let ends = drawn.map { $0 > 38 ? .max : $0 < -38 ? Int32.min : $0 }
        for sums in [drawn, drawn.sorted(), drawn.sorted(by: >), ends, Array(drawn.prefix(17))] {
            for room in [keep + 1, 2 * keep + 3] {
                let got = best(sums, keep: keep, room: room, part: 100)
                #expect(got == slowly(sums, keep: keep))
            }
        }
    }

    @Test func keptRowsAreThoseThatWereChosen() {
        let chosen: [UInt32] = [3, 70, 71, .max - 1]
        #expect(best([5, 9, 1, 8], keep: 2, room: 3, part: 2, chosen: chosen) == [70, .max - 1])
    }
}
