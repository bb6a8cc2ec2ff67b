/// What every FAISS index begins with.
struct Header: Equatable {
    var dimension: Int
    var count: Int
    var metric: Metric
    var isTrained: Bool

    /// The largest number of vectors: rows are counted in 32 bits.
    static let largestCount = Int(UInt32.max) - 1
    /// The widest vector: sums of products of bytes fit in 32 bits.
    static let largestDimension = 65_536

    init(dimension: Int, count: Int, metric: Metric, isTrained: Bool = true) {
        self.dimension = dimension
        self.count = count
        self.metric = metric
        self.isTrained = isTrained
    }

    /// - Throws: `FaissError` if a field is out of its range or the metric is another one.
    init(_ reader: inout ByteReader) throws {
        let dimension: Int32 = try reader.read("d")
        guard dimension >= 1, dimension <= Self.largestDimension else {
            throw FaissError.inconsistent(
                field: "d", got: "\(dimension)", expected: "1 to \(Self.largestDimension)")
        }
        let count: Int64 = try reader.read("ntotal")
        guard count >= 0, count <= Self.largestCount else {
            throw FaissError.inconsistent(
                field: "ntotal", got: "\(count)", expected: "0 to \(Self.largestCount)")
        }
        let _: Int64 = try reader.read("dummy")
        let _: Int64 = try reader.read("dummy")
        let isTrained: UInt8 = try reader.read("is_trained")
        let metric: Int32 = try reader.read("metric_type")
        guard let known = Metric(rawValue: metric) else {
            throw FaissError.unsupported(what: "metric_type", got: "\(metric)")
        }
        self.init(
            dimension: Int(dimension), count: Int(count), metric: known, isTrained: isTrained != 0)
    }
}

/// Demands that a count or the like is what other fields say.
///
/// - Throws: `FaissError.inconsistent` if it is not.
func require<Value: Equatable>(_ field: String, _ got: Value, equals expected: Value) throws {
    guard got == expected else {
        throw FaissError.inconsistent(field: field, got: "\(got)", expected: "\(expected)")
    }
}
