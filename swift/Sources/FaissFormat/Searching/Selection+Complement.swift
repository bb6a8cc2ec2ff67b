extension FaissIndex {
    /// All vectors but those with the given ids.
    ///
    /// - Parameter ids: in any order. Ids that the index does not hold change nothing.
    /// - Returns: what `SearchOptions.selection` takes, for this index alone; nil if that is all
    ///   vectors.
    /// - Complexity: O(n + m log n) for m ids where the file's ids ascend, else O(m + n).
    public func selection(withoutIDs ids: some Sequence<Int64>) -> Selection? {
        let left = self.ids.rows(of: ids)
        if left.isEmpty { return nil }
        var rows: [UInt32] = []
        rows.reserveCapacity(count - left.count)
        var from: UInt32 = 0
        for row in left {
            rows += from..<row
            from = row + 1
        }
        rows += from..<UInt32(count)
        return Selection(rows: rows)
    }
}
