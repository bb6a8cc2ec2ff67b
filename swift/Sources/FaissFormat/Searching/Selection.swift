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

/// The ids of the rows of an index.
struct RowIDs: Sendable {
    private let stored: StoredArray<Int64>?
    private let count: Int
    /// Whether every id is greater than the one before it, so that it can be searched for.
    private let ascend: Bool

    /// - Complexity: O(count)
    init(stored: StoredArray<Int64>?, count: Int) {
        self.stored = stored
        self.count = count
        ascend = stored.map(Self.ascend) ?? true
    }

    private static func ascend(_ ids: StoredArray<Int64>) -> Bool {
        ids.withBytes { bytes in
            var last = Int64.min
            for start in stride(from: 0, to: bytes.count, by: 8) {
                let id = bytes.loadUnaligned(fromByteOffset: start, as: Int64.self)
                if start > 0, id <= last { return false }
                last = id
            }
            return true
        }
    }

    subscript(row: Int) -> Int64 { stored?[row] ?? Int64(row) }

    /// The rows with one of the given ids, in ascending order.
    ///
    /// - Complexity: O(m log n) for m ids if the file's ids ascend, else O(m + n).
    func rows(of wanted: some Sequence<Int64>) -> [UInt32] {
        guard let stored else {
            return unique(wanted.lazy.filter { $0 >= 0 && $0 < count }.map { UInt32($0) })
        }
        guard ascend else {
            let wanted = Set(wanted)
            return (0..<count).filter { wanted.contains(stored[$0]) }.map { UInt32($0) }
        }
        return unique(stored.withBytes { bytes in wanted.compactMap { row(of: $0, in: bytes) } })
    }

    private func unique(_ rows: some Sequence<UInt32>) -> [UInt32] {
        var out: [UInt32] = []
        for row in rows.sorted() where out.last != row { out.append(row) }
        return out
    }

    private func row(of id: Int64, in bytes: UnsafeRawBufferPointer) -> UInt32? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if bytes.loadUnaligned(fromByteOffset: 8 * middle, as: Int64.self) < id {
                low = middle + 1
            } else {
                high = middle
            }
        }
        let isThere =
            low < count && bytes.loadUnaligned(fromByteOffset: 8 * low, as: Int64.self) == id
        return isThere ? UInt32(low) : nil
    }
}

/// The rows that a scan looks at.
enum RowSet: Sendable {
    case range(Range<Int>)
    /// In ascending order, none twice.
    case chosen([UInt32])

    var count: Int {
        switch self {
        case .range(let rows): rows.count
        case .chosen(let rows): rows.count
        }
    }

    /// Those from the given place on, `length` of them at most.
    func part(from start: Int, length: Int) -> RowSet {
        let end = min(start + length, count)
        switch self {
        case .range(let rows): return .range(rows.lowerBound + start..<rows.lowerBound + end)
        case .chosen(let rows): return .chosen(Array(rows[start..<end]))
        }
    }

    /// As many parts of the same length as asked for, or fewer.
    func split(into parts: Int) -> [RowSet] {
        let length = max((count + parts - 1) / parts, 1)
        return stride(from: 0, to: count, by: length).map { part(from: $0, length: length) }
    }
}
