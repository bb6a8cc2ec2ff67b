/// The vectors of one index that a search may return: made once, used for many searches.
public struct Selection: Sendable {
    /// Rows in ascending order, none twice.
    let rows: [UInt32]

    /// How many vectors it names.
    public var count: Int { rows.count }
}

extension FaissIndex {
    /// The vectors with the given ids. Ids that the index does not hold are left out.
    ///
    /// - Parameter ids: in any order.
    /// - Returns: what `SearchOptions.selection` takes, for this index alone.
    /// - Complexity: O(m log n) for m ids where the file's ids ascend, else O(m + n).
    public func selection(ofIDs ids: some Sequence<Int64>) -> Selection {
        Selection(rows: self.ids.rows(of: ids))
    }
}
