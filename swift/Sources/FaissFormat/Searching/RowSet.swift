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
