import CPhotoSearchKernels
import Testing

@Suite struct SelectTests {
    private func best(
        _ scores: [Float], limit: Int, lowestFirst: Bool = false, chosen: [UInt32]? = nil
    ) -> [ps_hit] {
        var hits = [ps_hit](repeating: ps_hit(), count: limit)
        let count = hits.withUnsafeMutableBufferPointer { room in
            var top = ps_top(
                hits: room.baseAddress, limit: limit, count: 0, lowest_first: lowestFirst)
            Codes([], stride: 0, rows: scores.count, chosen: chosen).withRows(dim: 0) {
                ps_top_offer(&top, &$0, scores)
            }
            ps_top_sort(&top)
            return top.count
        }
        return Array(hits[..<count])
    }

    /// The same, slowly: as psk_top's text says.
    private func slowly(_ scores: [Float], limit: Int, lowestFirst: Bool) -> [UInt32] {
        func isWorse(_ a: (Float, UInt32), _ b: (Float, UInt32)) -> Bool {
            a.0 != b.0 ? a.0 < b.0 : (lowestFirst ? a.1 > b.1 : a.1 < b.1)
        }
        var kept: [(Float, UInt32)] = []
        for (row, score) in scores.enumerated() where score > -.greatestFiniteMagnitude {
            if kept.count < limit {
                kept.append((score, UInt32(row)))
            } else if let worst = kept.indices.min(by: { isWorse(kept[$0], kept[$1]) }),
                score > kept[worst].0
            {
                kept.remove(at: worst)
                kept.append((score, UInt32(row)))
            }
        }
        return kept.sorted { isWorse($1, $0) }.map(\.1)
    }

    @Test(arguments: [1, 2, 5, 20, 99, 400], [true, false])
    func agreesWithTheSlowWayOnManyTies(limit: Int, lowestFirst: Bool) {
        var random = SeededGenerator(seed: 5)
        for count in [0, 1, 15, 16, 17, 300] {
            let scores = (0..<count).map { _ in Float(Int.random(in: 0...9, using: &random)) }
            #expect(
                best(scores, limit: limit, lowestFirst: lowestFirst).map(\.row)
                    == slowly(scores, limit: limit, lowestFirst: lowestFirst))
        }
    }

    @Test func notANumberAndTheLowestNumbersAreLeftOut() {
        let scores: [Float] = [.nan, -.infinity, -.greatestFiniteMagnitude, -1e38, .infinity, .nan]
        #expect(best(scores, limit: 6).map(\.row) == [4, 3])
    }

    @Test func notANumberIsLeftOutOfAFullList() {
        #expect(best([1, 2, .nan, 3], limit: 2).map(\.row) == [3, 1])
    }

    @Test func chosenRowsKeepTheirNumbers() {
        #expect(best([1, 3, 2], limit: 2, chosen: [7, 90, 91]).map(\.row) == [90, 91])
    }

    @Test func noRoomTakesNothing() {
        #expect(best([1, 2], limit: 0).isEmpty)
    }

    @Test func rowsOfAtLeastAScoreAreFound() {
        let scores = (0..<40).map { Int32($0 % 7) }
        var out = [UInt32](repeating: 0, count: 40)
        let count = withUnsafeMutablePointer(to: &out[0]) { room in
            var count = 0
            Codes([], stride: 0, rows: 40).withRows(dim: 0) {
                count = ps_select_i32(&$0, scores, 6, room)
            }
            return count
        }
        #expect(out[..<count] == [6, 13, 20, 27, 34])
    }
}
