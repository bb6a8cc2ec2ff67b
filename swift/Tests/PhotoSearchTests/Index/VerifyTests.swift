import Foundation
import Testing

@testable import PhotoSearch

@Suite struct VerifyTests {
    private static let space = Space.test(dim: 4)

    private let folder: TemporaryFolder
    private let url: URL
    private let index: PhotoIndex

    init() async throws {
        folder = try TemporaryFolder()
        url = folder.url.appendingPathComponent("x.photoindex")
        index = try PhotoIndex.create(at: url)
        try await index.apply((0..<20).map(Self.photo), in: Self.space)
        try await index.compact()
    }

    private static func photo(_ number: Int) -> IndexChange {
        let angle = Float(number) / 40
        return .index(
            .test(number), contentHash: "h\(number)",
            vector: [(1 - angle * angle).squareRoot(), angle, 0, 0], info: nil)
    }

    private func catalog(_ sql: String) throws {
        try SQLiteDatabase(path: "\(url.path)/\(Catalog.fileName)").execute(sql)
    }

    private func vectors(_ change: (inout [UInt8]) -> Void) throws {
        let path = "\(url.path)/\(VectorFile.fileName)"
        var bytes = try OpenFile.bytes(path)
        change(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test func anIndexAsItWasWrittenIsSound() throws {
        let report = try PhotoIndex.verify(at: url)
        #expect(report == VerifyReport(photos: 20, vectors: 20, problems: [], notes: []))
    }

    @Test func photosThatCameAndWentSinceAreAccountedFor() async throws {
        try await index.apply(
            [.remove(PhotoSource("/p/3")), Self.photo(30), Self.photo(31)], in: Self.space)
        try await index.apply([.remove(PhotoSource("/p/31"))], in: Self.space)
        #expect(try PhotoIndex.verify(at: url).isSound)
        let base = try #require(try await index.details().base)
        #expect((base.vectors, base.added, base.gone) == (20, 1, 2))
    }

    @Test func aVectorFileThatTheCatalogIsAheadOfIsANote() throws {
        try catalog("UPDATE meta SET value = value + 1 WHERE key IN ('generation', 'compacted')")
        let report = try PhotoIndex.verify(at: url)
        #expect(report.isSound)
        #expect(report.notes.count == 1)
    }

    @Test func lostEmbeddingsAreCounted() throws {
        try catalog("DELETE FROM embeddings WHERE content_hash = 'h3'")
        try catalog("UPDATE embeddings SET vector = X'00' WHERE content_hash IN ('h4', 'h5')")
        let report = try PhotoIndex.verify(at: url)
        #expect(report.problems == ["3 photos have no usable embedding"])
        #expect(report.vectors == 17)
    }

    @Test func aPhotoThatTheFileDoesNotHoldIsAProblem() throws {
        try catalog("UPDATE photos SET id = 100 WHERE id = 7")
        try catalog("INSERT INTO texts(id, name) SELECT 100, name FROM texts WHERE id = 7")
        try catalog("DELETE FROM texts WHERE id = 7")
        #expect(try PhotoIndex.verify(at: url).problems.count == 1)
    }

    @Test func changesFromTheFutureAreAProblem() throws {
        try catalog("UPDATE photos SET since = 50 WHERE id = 7")
        let problems = try PhotoIndex.verify(at: url).problems
        #expect(problems.first == "1 changes are of a generation that is still to come")
    }

    @Test(arguments: [
        ("footer is damaged", 1), ("expected a footer", 10_000), ("CRC-32", 0),
    ])
    func aDamagedVectorFileIsAProblem(words: String, cut: Int) throws {
        try vectors { bytes in
            if cut == 0 { bytes[40] ^= 1 }
            bytes.removeLast(min(cut, bytes.count))
        }
        let problems = try PhotoIndex.verify(at: url).problems
        #expect(problems.count == 1)
        #expect(problems.first?.contains(words) == true)
    }

    @Test func aMissingVectorFileIsAProblem() throws {
        try FileManager.default.removeItem(atPath: "\(url.path)/\(VectorFile.fileName)")
        #expect(try PhotoIndex.verify(at: url).problems.first?.hasSuffix("is missing") == true)
    }

    @Test func aDamagedCatalogIsReported() throws {
        let path = "\(url.path)/\(Catalog.fileName)"
        try catalog("PRAGMA wal_checkpoint(TRUNCATE)")
        let bytes = try OpenFile.bytes(path)
        for start in stride(from: 0, to: bytes.count, by: 4096) {
            var bad = bytes
            for place in start..<min(start + 600, bytes.count) { bad[place] = 0xA5 }
            try Data(bad).write(to: URL(fileURLWithPath: path))
            #expect(try !PhotoIndex.verify(at: url).isSound, "page \(start / 4096)")
        }
    }

    @Test func aFolderThatIsNoIndexIsAnError() throws {
        let error = #expect(throws: PhotoSearchError.self) {
            try PhotoIndex.verify(at: folder.url)
        }
        #expect(error?.kind == .indexMissing)
    }
}
