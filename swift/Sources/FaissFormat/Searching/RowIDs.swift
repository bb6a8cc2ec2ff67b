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
