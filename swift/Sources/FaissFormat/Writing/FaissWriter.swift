#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Gathers vectors and writes them as a file that FAISS opens.
///
/// ```swift
/// var writer = FaissWriter(
///     encoder: try VectorEncoder(format: .byte, dimension: 512, trainedOn: vectors),
///     metric: .innerProduct, ids: .stored)
/// for (id, vector) in photos { try writer.append(vector, id: id) }
/// try writer.write(to: URL(fileURLWithPath: "vectors.faiss"))
/// ```
public struct FaissWriter: Sendable {
    /// Whether vectors have ids of their own.
    public enum IDs: Sendable {
        /// Their places are their ids.
        case none
        /// FAISS's `IDMap`.
        case stored
        /// FAISS's `IDMap2`, which FAISS can look ids up in.
        case storedForLookup
    }

    private let encoder: VectorEncoder
    private let metric: Metric
    private let idKind: IDs
    private let transforms: [Transform]
    private var codes: [UInt8] = []
    private var ids: [Int64] = []

    /// How many vectors have been added.
    public private(set) var count = 0

    /// An empty index.
    ///
    /// - Parameters:
    ///   - encoder: how vectors are stored.
    ///   - metric: how they are compared.
    ///   - ids: whether they have ids of their own.
    ///   - transforms: what is done to vectors and queries first.
    /// - Throws: `FaissError.inconsistent` if one transform's width is not the next one's, or its
    ///   matrix is not of its size.
    public init(
        encoder: VectorEncoder, metric: Metric, ids: IDs = .storedForLookup,
        transforms: [Transform] = []
    ) throws {
        let inputs = transforms.dropFirst().map(\.inputDimension) + [encoder.dimension]
        for (transform, next) in zip(transforms, inputs) {
            try require("numbers of a transform are of its size", transform.isSound, equals: true)
            try require("width after a transform", transform.outputDimension, equals: next)
        }
        self.encoder = encoder
        self.metric = metric
        self.transforms = transforms
        idKind = ids
    }

    /// Adds a vector, transformed first if there are transforms.
    ///
    /// - Parameters:
    ///   - vector: as many numbers as the first transform or the encoder takes.
    ///   - id: its id, which any number of vectors may have; unused where ids are not stored.
    /// - Throws: `FaissError.wrongDimension`, `FaissError.outOfRange` if the file is full.
    public mutating func append(_ vector: [Float], id: Int64? = nil) throws {
        let expected = transforms.first?.inputDimension ?? encoder.dimension
        guard vector.count == expected else {
            throw FaissError.wrongDimension(got: vector.count, expected: expected)
        }
        try append(code: encoder.encode(transforms.reduce(vector) { $1.applied(to: $0) }), id: id)
    }

    /// Adds a vector of an index as it is stored there, byte by byte.
    ///
    /// - Parameters:
    ///   - row: its place in the index.
    ///   - index: an index whose encoder this writer was made with.
    /// - Throws: `FaissError.wrongDimension`, `FaissError.outOfRange` if the file is full.
    public mutating func append(row: Int, of index: FaissIndex) throws {
        guard index.storage.codeSize == encoder.codeSize else {
            throw FaissError.wrongDimension(
                got: index.storage.codeSize, expected: encoder.codeSize)
        }
        guard row >= 0, row < index.count else {
            throw FaissError.outOfRange(
                argument: "row", got: row, expected: "0 to \(index.count - 1)")
        }
        let size = encoder.codeSize
        let code = index.storage.codes.withBytes { Array($0[row * size..<(row + 1) * size]) }
        try append(code: code, id: index.id(ofRow: row))
    }

    private mutating func append(code: [UInt8], id: Int64?) throws {
        guard count < Header.largestCount else {
            throw FaissError.outOfRange(
                argument: "vectors", got: count + 1, expected: "\(Header.largestCount) at most")
        }
        codes += code
        if idKind != .none { ids.append(id ?? Int64(count)) }
        count += 1
    }

    /// Makes room for so many vectors more, so that they are not moved as they come.
    public mutating func reserve(_ count: Int) {
        codes.reserveCapacity(codes.count + count * encoder.codeSize)
        if idKind != .none { ids.reserveCapacity(ids.count + count) }
    }

    /// The bytes of the file: the same as FAISS writes for the same vectors.
    public func data() -> Data {
        var data = Data(capacity: codes.count + 8 * ids.count + 1024)
        forEachPart { data.append(contentsOf: $0) }
        return data
    }

    /// The bytes of the file in order, a part at a time. The vectors are not copied.
    private func forEachPart(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        var head = ByteWriter()
        writeHead(to: &head)
        try head.data.withUnsafeBytes(body)
        try codes.withUnsafeBytes(body)
        guard idKind != .none else { return }
        try withUnsafeBytes(of: UInt64(ids.count), body)
        try ids.withUnsafeBytes(body)
    }

    private func writeHead(to writer: inout ByteWriter) {
        if idKind != .none {
            writer.fourLetters(idKind == .stored ? "IxMp" : "IxM2")
            writer.header(header(dimension: transforms.first?.inputDimension))
        }
        if !transforms.isEmpty {
            writer.fourLetters("IxPT")
            writer.header(header(dimension: transforms.first?.inputDimension))
            writer.write(Int32(transforms.count))
            for transform in transforms { transform.write(to: &writer) }
        }
        writeStorage(to: &writer)
    }

    private func header(dimension: Int? = nil) -> Header {
        Header(dimension: dimension ?? encoder.dimension, count: count, metric: metric)
    }

    /// All but the codes.
    private func writeStorage(to writer: inout ByteWriter) {
        guard let type = encoder.format.quantizerType else {
            writer.fourLetters(metric == .innerProduct ? "IxFI" : "IxF2")
            writer.header(header())
            writer.write(UInt64(codes.count / 4))
            return
        }
        writer.fourLetters("IxSQ")
        writer.header(header())
        writer.write(type)
        writer.write(Int32(0))  // the range is from the least to the greatest value,
        writer.write(Float(0))  // and not widened
        writer.write(UInt64(encoder.dimension))
        writer.write(UInt64(encoder.codeSize))
        writer.vector(encoder.format.trainedCount(dimension: 1) == 0 ? [] : encoder.trained)
        writer.write(UInt64(codes.count))
    }

    /// Replaces a file in one step: whoever reads it sees the old one or the new one, whole.
    ///
    /// - Parameters:
    ///   - url: the file.
    ///   - trailer: makes the bytes that follow the index, from what was written; FAISS does not
    ///     read them.
    /// - Throws: `FaissError.file`, and the old file stays as it was.
    public func write(to url: URL, trailer: (WrittenBytes) -> Data = { _ in Data() }) throws {
        try replaceFile(at: url) { file in
            try forEachPart { try file.write($0) }
            try trailer(file.written).withUnsafeBytes { try file.write($0) }
        }
    }
}

extension Transform {
    func write(to writer: inout ByteWriter) {
        switch self {
        case .normalize:
            writer.fourLetters("VNrm")
            writer.write(Float(2))
        case .linear(let matrix, let offset, _, _):
            writer.fourLetters("LTra")
            writer.write(UInt8(offset.isEmpty ? 0 : 1))
            writer.vector(matrix)
            writer.vector(offset)
        }
        writer.write(Int32(inputDimension))
        writer.write(Int32(outputDimension))
        writer.write(UInt8(1))
    }
}

/// Writes the fields of a file one after the other, little-endian.
struct ByteWriter {
    private(set) var data = Data()

    mutating func write(_ number: some BitwiseCopyable) {
        withUnsafeBytes(of: number) { data.append(contentsOf: $0) }
    }

    mutating func fourLetters(_ name: String) {
        data.append(contentsOf: name.utf8)
    }

    /// A count and the numbers.
    mutating func vector<Element: BitwiseCopyable>(_ numbers: [Element]) {
        write(UInt64(numbers.count))
        numbers.withUnsafeBytes { data.append(contentsOf: $0) }
    }

    mutating func header(_ header: Header) {
        write(Int32(header.dimension))
        write(Int64(header.count))
        write(Int64(1) << 20)  // once the size of a cache; FAISS still writes it
        write(Int64(1) << 20)
        write(UInt8(header.isTrained ? 1 : 0))
        write(header.metric.rawValue)
    }
}
