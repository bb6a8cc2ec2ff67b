import FaissFormat
import Foundation
import Testing

/// Whatever a file holds, it is read or there is a typed error.
@Suite struct DamageTests {
    /// Small ones of every structure.
    static let records = Record.all.filter { names.contains($0.name) }
    private static let names = [
        "flat-few", "sq8-ip", "uniform-l2", "idmap2-sq8", "l2norm-sq8", "linear-flat",
        "hnsw-sq8-l2", "flat-empty",
    ]

    private func open(_ data: Data) -> Result<FaissIndex, any Error> {
        Result { try FaissIndex(data) }
    }

    @Test(arguments: records)
    func aFileCutShortAnywhereIsTruncated(record: Record) throws {
        let data = try record.data()
        for length in 0..<data.count {
            guard case .failure(let error as FaissError) = open(data.prefix(length)),
                case .truncated = error
            else {
                Issue.record("\(length) bytes were read")
                continue
            }
        }
    }

    @Test(arguments: records, [UInt8(0), 0x7f, 0xff])
    func anyByteMayBeAnyOther(record: Record, byte: UInt8) throws {
        let data = try record.data()
        for place in stride(from: 0, to: data.count, by: data.count > 6000 ? 7 : 1) {
            var damaged = data
            damaged[place] = byte
            switch open(damaged) {
            case .failure(let error): #expect(error is FaissError)
            case .success(let index):
                let query = [Float](repeating: 1, count: index.dimension)
                let found = try index.search(query, k: 3)
                #expect(found.count <= 3)
                _ = index.selection(ofIDs: found.map(\.id))
            }
        }
    }

    @Test func aCountThatOverflowsIsTruncated() throws {
        var data = try #require(Record.all.first { $0.name == "flat-few" }).data()
        data.replaceSubrange(37..<45, with: [UInt8](repeating: 0xff, count: 8))
        let error = FaissError.truncated(field: "xb", offset: 45, expected: .max, got: 480)
        #expect(throws: error) { try FaissIndex(data) }
    }

    @Test func indexesMayNotLieTooDeepInOneAnother() throws {
        let flat = try #require(Record.all.first { $0.name == "flat-empty" }).data()
        var data = flat
        for _ in 0..<20 {
            let header = Data("IxPT".utf8) + flat[4..<37] + Data([0, 0, 0, 0])
            data = header + data
        }
        #expect(throws: FaissError.tooDeep(limit: 8)) { try FaissIndex(data) }
    }

    @Test(arguments: ["IwFl", "IxPq", "ILfs", "\0\0\0\0"])
    func anUnknownTypeIsNamed(type: String) {
        let data = Data(type.utf8) + Data(count: 100)
        #expect(throws: FaissError.unsupported(what: "index type", got: type)) {
            try FaissIndex(data)
        }
    }

    @Test func aFileThatIsNotThereIsAnError() {
        #expect {
            try FaissIndex(contentsOf: URL(fileURLWithPath: "/nowhere/vectors.faiss"))
        } throws: { error in
            if case .file(let path, _) = error as? FaissError { return path.hasPrefix("/nowhere") }
            return false
        }
    }

    @Test func anEmptyFileIsTruncated() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data().write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        #expect(throws: FaissError.truncated(field: "index", offset: 0, expected: 4, got: 0)) {
            try FaissIndex(contentsOf: url)
        }
    }
}
