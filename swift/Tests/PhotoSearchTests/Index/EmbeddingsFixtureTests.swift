import Foundation
import Testing

@testable import PhotoSearch

/// The embeddings file that Python wrote of an index, and what it holds.
@Suite struct EmbeddingsFixtureTests {
    private let folder: TemporaryFolder
    private let file: String
    private let record: JSONValue

    init() throws {
        folder = try TemporaryFolder()
        file = try Fixture.path("embeddings/photos.safetensors")
        record = try Fixture.json("embeddings/photos.json")
    }

    private func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count < 2 ? "0\(digits)" : digits
        }.joined()
    }

    @Test func theSameIndexGivesTheSameBytes() async throws {
        try PythonIndex(name: "catalogs", kind: "SQ8").make(in: folder)
        let database = try SQLiteDatabase(
            path: folder.url.appendingPathComponent(Catalog.fileName).path)
        for statement in record["statements"]?.strings ?? [] { try database.execute(statement) }
        let target = folder.url.appendingPathComponent("e.safetensors")
        let count = try await PhotoIndex(at: folder.url).exportEmbeddings(to: target)
        #expect(count == record["photos"]?.arrayValue?.count)
        #expect(try OpenFile.bytes(target.path) == OpenFile.bytes(file))
    }

    @Test func everyPhotoIsReadAsItWasWritten() throws {
        let read = try EmbeddingsFile(path: file)
        #expect(read.space.space == record["space"]?.stringValue)
        #expect(read.space.dim == record["dim"]?.integerValue)
        let photos = try #require(record["photos"]?.arrayValue)
        #expect(read.count == photos.count)
        for (row, photo) in photos.enumerated() {
            #expect(hex(read.source(row).bytes) == photo["source"]?.stringValue)
            #expect(read.contentHash(row) == photo["content_hash"]?.stringValue)
            let halves = read.vector(row).flatMap { value in
                withUnsafeBytes(of: Half.bits(value).littleEndian) { Array($0) }
            }
            #expect(hex(halves) == photo["vector"]?.stringValue)
            #expect(Int(read.photo(row).sizeBytes) == photo["size"]?.integerValue)
            #expect(Int(read.photo(row).modifiedNS) == photo["mtime_ns"]?.integerValue)
            check(read.info(row), photo)
        }
    }

    private func check(_ info: PhotoInfo?, _ photo: JSONValue) {
        #expect(info?.width == photo["width"]?.integerValue)
        guard let info else { return }
        #expect(info.height == photo["height"]?.integerValue)
        #expect(info.cameraTime.map { Int($0) } == photo["taken_at"]?.integerValue)
        #expect(info.utcOffsetMinutes == photo["utc_offset_min"]?.integerValue)
        #expect(info.latitude == photo["latitude"]?.doubleValue)
        #expect(info.longitude == photo["longitude"]?.doubleValue)
        #expect(info.camera == photo["camera"]?.stringValue)
        #expect((info.isFavourite ? 1 : 0) == photo["favourite"]?.integerValue)
        #expect(Int(info.media.rawValue) == photo["media"]?.integerValue)
    }

    @Test func anImportHoldsWhatTheFileHolds() async throws {
        let index = try PhotoIndex.create(at: folder.url.appendingPathComponent("y.photoindex"))
        let source = URL(fileURLWithPath: file)
        let before = try EmbeddingsFile(path: file)
        #expect(try await index.importEmbeddings(from: source) == before.count)
        let again = folder.url.appendingPathComponent("again.safetensors")
        #expect(try await index.exportEmbeddings(to: again) == before.count)
        let after = try EmbeddingsFile(path: again.path)
        #expect(after.space == before.space)
        for row in 0..<before.count {
            #expect(after.photo(row) == before.photo(row))
            #expect(after.contentHash(row) == before.contentHash(row))
            #expect(after.vector(row) == before.vector(row))
            #expect(after.info(row) == before.info(row))
        }
    }
}
