#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a file says, layer by layer.
struct IndexContent: Sendable {
    var header: Header
    var transforms: [Transform] = []
    var ids: StoredArray<Int64>?
    var storage: VectorStorage
    var graph: HNSWGraph?
    /// The layers' names in FAISS's notation, outermost first.
    var layers: [String]
}

/// Reads an index and those that lie in it.
struct IndexReader {
    private var reader: ByteReader
    static let deepest = 8
    static let mostTransforms = 16

    init(_ data: Data) { reader = ByteReader(data) }

    /// Where the index ends.
    var offset: Int { reader.offset }

    /// - Throws: `FaissError`.
    mutating func read(depth: Int = 0) throws -> IndexContent {
        guard depth < Self.deepest else { throw FaissError.tooDeep(limit: Self.deepest) }
        let type = try reader.fourLetters("index")
        switch type {
        case "IxFI": return try flat(metric: .innerProduct)
        case "IxF2": return try flat(metric: .squaredDistance)
        case "IxSQ": return try quantized()
        case "IxMp": return try mapped(name: "IDMap", depth: depth)
        case "IxM2": return try mapped(name: "IDMap2", depth: depth)
        case "IxPT": return try transformed(depth: depth)
        case "IHNf", "IHNs": return try graph(depth: depth)
        default: throw FaissError.unsupported(what: "index type", got: type)
        }
    }

    private mutating func flat(metric: Metric) throws -> IndexContent {
        let header = try Header(&reader)
        try require("metric_type", header.metric, equals: metric)
        let storage = try VectorStorage(flat: header, &reader)
        return IndexContent(header: header, storage: storage, layers: [storage.format.name])
    }

    private mutating func quantized() throws -> IndexContent {
        let header = try Header(&reader)
        guard header.isTrained else { throw FaissError.untrained }
        let storage = try VectorStorage(quantizer: header, &reader)
        return IndexContent(header: header, storage: storage, layers: [storage.format.name])
    }

    private mutating func mapped(name: String, depth: Int) throws -> IndexContent {
        let header = try Header(&reader)
        var content = try read(depth: depth + 1)
        guard content.ids == nil else {
            throw FaissError.unsupported(what: "index within \(name)", got: "another IDMap")
        }
        try require("\(name) header", content.header, equals: header)
        let ids = try reader.vector("id_map", of: Int64.self)
        try require("id_map.size", ids.count, equals: header.count)
        content.ids = ids
        content.layers.insert(name, at: 0)
        return content
    }

    private mutating func transformed(depth: Int) throws -> IndexContent {
        let header = try Header(&reader)
        let transforms = try readTransforms(from: header.dimension)
        var content = try read(depth: depth + 1)
        var expected = header
        expected.dimension = transforms.last?.outputDimension ?? header.dimension
        try require("index within PreTransform", content.header, equals: expected)
        content.header = header
        content.transforms = transforms + content.transforms
        content.layers.insert(contentsOf: transforms.map(\.name), at: 0)
        return content
    }

    private mutating func readTransforms(from dimension: Int) throws -> [Transform] {
        let count: Int32 = try reader.read("nt")
        guard count >= 0, count <= Self.mostTransforms else {
            throw FaissError.inconsistent(
                field: "nt", got: "\(count)", expected: "0 to \(Self.mostTransforms)")
        }
        var transforms: [Transform] = []
        for _ in 0..<count {
            let transform = try Transform(&reader)
            let before = transforms.last?.outputDimension ?? dimension
            try require("d_in", transform.inputDimension, equals: before)
            transforms.append(transform)
        }
        return transforms
    }

    private mutating func graph(depth: Int) throws -> IndexContent {
        let header = try Header(&reader)
        let graph = try HNSWGraph(count: header.count, &reader)
        var content = try read(depth: depth + 1)
        guard content.graph == nil, content.ids == nil, content.transforms.isEmpty else {
            throw FaissError.unsupported(
                what: "index within HNSW", got: content.layers.joined(separator: ","))
        }
        try require("index within HNSW", content.header, equals: header)
        content.graph = graph
        content.layers.insert("HNSW", at: 0)
        return content
    }
}

extension Transform {
    /// What FAISS's index factory calls it.
    var name: String {
        switch self {
        case .normalize: "L2norm"
        case .linear(_, _, _, let to): "LTra\(to)"
        }
    }
}

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
