import Foundation
import Testing

@testable import PhotoSearch

@Suite struct EmbeddingsTests {
    private static let space = Space(
        space: "ab", model: "test \"é\"", dim: 4, calibration: Calibration(scale: 10.5, bias: -5))

    private let folder: TemporaryFolder
    private let index: PhotoIndex
    private let file: URL

    init() async throws {
        folder = try TemporaryFolder()
        file = folder.url.appendingPathComponent("e.safetensors")
        index = try PhotoIndex.create(at: folder.url.appendingPathComponent("x.photoindex"))
        try await index.apply(Self.changes, in: Self.space)
    }

    private static func hash(_ number: Int) -> String {
        String(repeating: "0a", count: 30) + "\(1000 + number)"
    }

    private static func photo(_ name: [UInt8]) -> FoundPhoto {
        FoundPhoto(source: PhotoSource(bytes: name), sizeBytes: 9, modifiedNS: 1 << 60)
    }

    /// With all that is known, with nothing, a copy, a name that is not UTF-8; and one that failed.
    private static let changes: [IndexChange] = [
        .index(
            photo(Array("/p/ä".utf8)), contentHash: hash(1), vector: [1, 0, 0, 0],
            info: PhotoInfo(
                width: 4, height: 3, cameraTime: -5, utcOffsetMinutes: -480, latitude: 1.5,
                longitude: -2.25, camera: "Straße Ⅲ", isFavourite: true, media: [.live, .burst])),
        .index(photo(Array("/p/b".utf8)), contentHash: hash(2), vector: [0, 1, 0, 0], info: nil),
        .index(
            photo([0x2F, 0xFF]), contentHash: hash(2), vector: [0, 1, 0, 0],
            info: PhotoInfo(width: 1, height: 1)),
        .failed(photo(Array("/p/c".utf8)), reason: "damaged"),
    ]

    private func other(_ name: String = "y.photoindex") throws -> PhotoIndex {
        try PhotoIndex.create(at: folder.url.appendingPathComponent(name))
    }

    @Test func whatIsExportedIsFoundAfterAnImport() async throws {
        #expect(try await index.exportEmbeddings(to: file) == 3)
        let other = try other()
        #expect(try await other.importEmbeddings(from: file) == 3)
        try await index.compact()
        let query: [Float] = [0.6, 0.8, 0, 0]
        #expect(try await other.search(vector: query) == (try await index.search(vector: query)))
        #expect(try await other.space == Self.space)
        #expect(try await other.photos() == (try await index.photos().prefix(3).map { $0 }))
    }

    @Test func theSamePhotosGiveTheSameBytes() async throws {
        _ = try await index.exportEmbeddings(to: file)
        let other = try other()
        _ = try await other.importEmbeddings(from: file)
        let again = folder.url.appendingPathComponent("again.safetensors")
        _ = try await other.exportEmbeddings(to: again)
        #expect(try Data(contentsOf: again) == Data(contentsOf: file))
    }

    @Test func whatIsThereAlreadyStays() async throws {
        _ = try await index.exportEmbeddings(to: file)
        #expect(try await index.importEmbeddings(from: file) == 0)
        try await index.apply([.remove(PhotoSource("/p/b"))], in: Self.space)
        #expect(try await index.importEmbeddings(from: file) == 1)
        #expect(try await index.photos().map(\.id) == [1, 3, 4, 5])
    }

    @Test func anImportThatWasCancelledGoesOn() async throws {
        let many = (0..<600).map { number in
            IndexChange.index(
                Self.photo(Array("/p/\(number)".utf8)), contentHash: Self.hash(number),
                vector: [1, 0, 0, 0], info: nil)
        }
        try await index.apply(many, in: Self.space)
        let count = try await index.exportEmbeddings(to: file)
        let (other, file) = (try other(), file)
        let task = Task { try await other.importEmbeddings(from: file) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let left = count - (try await other.status().indexed)
        #expect(left > 0)
        #expect(try await other.importEmbeddings(from: file) == left)
        #expect(try await other.status().indexed == count)
    }

    @Test func otherContentUnderTheSameNameIsReplaced() async throws {
        _ = try await index.exportEmbeddings(to: file)
        let new = IndexChange.index(
            Self.photo(Array("/p/b".utf8)), contentHash: Self.hash(3), vector: [0, 0, 1, 0],
            info: nil)
        try await index.apply([new], in: Self.space)
        #expect(try await index.importEmbeddings(from: file) == 1)
        let best = try await index.search(vector: [0, 0, 1, 0], limit: 1)
        #expect(best.first?.score == 0)
    }

    @Test func vectorsOfAnotherSpaceAreNotImported() async throws {
        _ = try await index.exportEmbeddings(to: file)
        let other = try other()
        let space = Space(
            space: "cd", model: "test", dim: 4, calibration: Self.space.calibration)
        try await other.apply(Self.changes, in: space)
        let error = await #expect(throws: PhotoSearchError.self) {
            try await other.importEmbeddings(from: file)
        }
        #expect(error?.kind == .wrongSpace)
    }

    @Test func anEmptyIndexHasNothingToExport() async throws {
        let error = await #expect(throws: PhotoSearchError.self) {
            try await other().exportEmbeddings(to: file)
        }
        #expect(error?.kind == .usage)
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test func aFileThatIsCutShortIsAnError() async throws {
        _ = try await index.exportEmbeddings(to: file)
        let bytes = [UInt8](try Data(contentsOf: file))
        let other = try other()
        for length in stride(from: 0, to: bytes.count, by: 13) {
            let cut = try folder.write("cut.safetensors", bytes.prefix(length))
            let error = await #expect(throws: PhotoSearchError.self) {
                try await other.importEmbeddings(from: URL(fileURLWithPath: cut))
            }
            #expect(error?.kind == .usage)
        }
        #expect(try await other.photos().isEmpty)
    }

    @Test func noChangedByteEndsTheProcess() async throws {
        _ = try await index.exportEmbeddings(to: file)
        let bytes = [UInt8](try Data(contentsOf: file))
        for place in bytes.indices {
            var bad = bytes
            bad[place] ^= 0x80
            let path = try folder.write("bad.safetensors", bad)
            guard let file = try? EmbeddingsFile(path: path), file.count > 0 else { continue }
            _ = file.change(file.count - 1)
        }
    }

    @Test func valuesThatCannotBeAreErrors() async throws {
        _ = try await index.exportEmbeddings(to: file)
        let bytes = [UInt8](try Data(contentsOf: file))
        let entries = try Safetensors(path: file.path).entries
        let changes: [(EmbeddingsField, Int, [UInt8])] = [
            (.vectors, 2, [0, 0x7C]), (.vectors, 0, [1, 0x7E]), (.favourite, 0, [2]),
            (.media, 1, [64]), (.sourceEnd, 0, [0xFF, 0xFF]), (.sourceEnd, 8, [0]),
            (.cameraEnd, 16, [0]), (.camera, 0, [0xFF]),
            (.source, 1, [0]), (.takenAt, 7, [0x70]),
            (.latitude, 0, [0, 0, 0, 0, 0, 0, 0xF0, 0x7F]),
        ]
        for (field, at, new) in changes {
            var bad = bytes
            let start = try #require(entries[field.rawValue]).range.lowerBound + at
            bad.replaceSubrange(start..<start + new.count, with: new)
            let path = try folder.write("bad.safetensors", bad)
            let error = #expect(throws: PhotoSearchError.self) { try EmbeddingsFile(path: path) }
            #expect(error?.kind == .usage)
        }
    }
}
