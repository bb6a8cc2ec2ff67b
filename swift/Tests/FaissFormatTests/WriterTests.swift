import FaissFormat
import Foundation
import Testing

@Suite struct WriterTests {
    private func ids(of kind: String) -> FaissWriter.IDs {
        kind.hasPrefix("IDMap2") ? .storedForLookup : kind.hasPrefix("IDMap") ? .stored : .none
    }

    /// Those without links and transforms: vectors come back as they were added.
    static let plain = Record.all.filter {
        !$0.kind.contains("HNSW") && !$0.kind.contains("L2norm") && !$0.kind.contains("LTra")
    }

    @Test(arguments: plain)
    func aFileWrittenAgainIsTheSame(record: Record) throws {
        let index = try record.index()
        var writer = try FaissWriter(
            encoder: VectorEncoder(of: index), metric: index.metric, ids: ids(of: record.kind))
        for row in 0..<index.count {
            try writer.append(index.vector(atRow: row), id: index.id(ofRow: row))
        }
        #expect(try writer.data() == record.data())
    }

    @Test(arguments: plain)
    func vectorsAreCopiedByteByByte(record: Record) throws {
        let index = try record.index()
        var writer = try FaissWriter(
            encoder: VectorEncoder(of: index), metric: index.metric, ids: ids(of: record.kind))
        for row in 0..<index.count { try writer.append(row: row, of: index) }
        #expect(try writer.data() == record.data())
    }

    @Test func transformsAreAppliedAndWritten() throws {
        let transforms: [Transform] = [
            .linear(matrix: [0, 2, 1, 0, 1, 1], offset: [0, 0, 1], from: 2, to: 3),
            .normalize(dimension: 3),
        ]
        var writer = try FaissWriter(
            encoder: VectorEncoder(format: .float32, dimension: 3), metric: .innerProduct,
            transforms: transforms)
        try writer.append([3, 4], id: 9)
        let index = try FaissIndex(writer.data())
        #expect(index.kind == "IDMap2,LTra3,L2norm,Flat")
        #expect(index.dimension == 2)
        #expect(index.id(ofRow: 0) == 9)
        let vector = index.vector(atRow: 0)
        let length = Float(8 * 8 + 3 * 3 + 8 * 8).squareRoot()
        #expect(zip(vector, [8, 3, 8]).allSatisfy { abs($0 - $1 / length) < 1e-6 })
        #expect(abs(try index.search([3, 4], k: 1)[0].score - 1) < 1e-6)
    }

    @Test func transformsMustFitOneAnother() throws {
        #expect(throws: FaissError.self) {
            try FaissWriter(
                encoder: VectorEncoder(format: .float32, dimension: 3), metric: .innerProduct,
                transforms: [.normalize(dimension: 4)])
        }
    }

    @Test func aMatrixMustBeOfItsSize() throws {
        #expect(throws: FaissError.self) {
            try FaissWriter(
                encoder: VectorEncoder(format: .float32, dimension: 3), metric: .innerProduct,
                transforms: [.linear(matrix: [1, 2], offset: [], from: 2, to: 3)])
        }
    }

    @Test(arguments: [VectorFormat.byte, .byteUniform])
    func rangesAreTrainedFirst(format: VectorFormat) {
        #expect(throws: FaissError.untrained) {
            try VectorEncoder(format: format, dimension: 3)
        }
    }

    @Test func anEncoderKnowsWhatItHolds() throws {
        let encoder = try VectorEncoder(format: .byte, dimension: 2, trainedOn: [[0, 1], [2, 3]])
        #expect(encoder.holds([1, 2]) && encoder.holds([2, 1]))
        #expect(!encoder.holds([1, 3.1]) && !encoder.holds([.nan, 2]) && !encoder.holds([1]))
    }

    @Test func vectorsOfAnotherWidthAreRefused() throws {
        var writer = try FaissWriter(
            encoder: VectorEncoder(format: .float16, dimension: 2), metric: .innerProduct)
        #expect(throws: FaissError.wrongDimension(got: 3, expected: 2)) {
            try writer.append([1, 2, 3])
        }
    }

    @Test func aFileIsReplacedWhole() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: url) }
        try Data("old".utf8).write(to: url)
        var writer = try FaissWriter(
            encoder: VectorEncoder(format: .float32, dimension: 1), metric: .innerProduct)
        try writer.append([5], id: 3)
        try writer.write(to: url) { Data("\($0.count)".utf8) }
        let index = try FaissIndex(contentsOf: url)
        #expect(index.id(ofRow: 0) == 3)
        #expect(try Data(contentsOf: url) == writer.data() + Data("\(index.byteCount)".utf8))
    }

    @Test func aFolderThatIsNotThereIsAnError() throws {
        let writer = try FaissWriter(
            encoder: VectorEncoder(format: .float32, dimension: 1), metric: .innerProduct)
        #expect(throws: FaissError.self) {
            try writer.write(to: URL(fileURLWithPath: "/nowhere/vectors.faiss"))
        }
    }
}
