import CPhotoSearchKernels

/// How a large index is searched by short codes first.
///
/// Only what the first pass keeps can be found, with exact scores. Where a selection is small, its
/// vectors are scored at once.
public struct FirstPass: Sendable {
    /// Of the index that is searched.
    public var codes: ShortCodes
    /// How many of the best by their short codes are then scored exactly, and never fewer than
    /// asked for; 20 times as many as asked for, and 2,000 at least, if nil.
    public var keep: Int?

    public init(codes: ShortCodes, keep: Int? = nil) {
        self.codes = codes
        self.keep = keep
    }

    /// Whether there are so many rows to look at that the first pass over all of them pays.
    func pays(keeping kept: Int, of rows: RowSet) -> Bool {
        kept < rows.count && rows.count >= codes.count / 4
    }

    func kept(for k: Int) -> Int { max(keep ?? max(2000, 20 * k), k) }

    /// The rows to score, in ascending order.
    func rows(_ query: [Float], keeping kept: Int, of rows: RowSet) -> RowSet {
        let capacity = 2 * kept + 1024
        var found: [UInt32] = []
        withUnsafeTemporaryAllocation(of: ps_candidate.self, capacity: capacity) { room in
            guard let start = room.baseAddress else { return }
            var pool = ps_pool(
                room: start, capacity: capacity, keep: kept, count: 0, above: .min)
            switch rows {
            case .range(let range): offer(range, query, to: &pool)
            case .chosen(let chosen): offer(chosen, query, to: &pool)
            }
            ps_pool_close(&pool)
            found = room[..<pool.count].map(ps_candidate_row)
        }
        return .chosen(found.sorted())
    }

    private func offer(_ range: Range<Int>, _ query: [Float], to pool: inout ps_pool) {
        codes.withSums(query) { first, count, sums in
            let some = range.clamped(to: first..<first + count)
            var rows = ps_rows()
            rows.first = some.lowerBound
            rows.count = some.count
            ps_pool_offer(&pool, &rows, sums + (some.lowerBound - first))
        }
    }

    private func offer(_ chosen: [UInt32], _ query: [Float], to pool: inout ps_pool) {
        chosen.withUnsafeBufferPointer { chosen in
            var next = 0
            var own: [Int32] = []
            codes.withSums(query) { first, count, sums in
                let begin = next
                let last = begin + count - 1
                var rows = ps_rows()
                if last < chosen.count, chosen[begin] == first, chosen[last] == first + count - 1 {
                    next += count  // the whole block, as mostly where few are left out
                    rows.first = first
                    rows.count = count
                    return ps_pool_offer(&pool, &rows, sums)
                }
                own.removeAll(keepingCapacity: true)
                while next < chosen.count, Int(chosen[next]) < first + count {
                    own.append(sums[Int(chosen[next]) - first])
                    next += 1
                }
                rows.at = chosen.baseAddress.map { $0 + begin }
                rows.count = own.count
                ps_pool_offer(&pool, &rows, own)
            }
        }
    }
}
