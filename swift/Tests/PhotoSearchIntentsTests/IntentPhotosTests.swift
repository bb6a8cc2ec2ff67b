import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchIntents

/// The parts that ask an index; those that the system calls are compiled against stubs only.
@Suite final class IntentPhotosTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("\(UUID().uuidString).photoindex")
    private let index: PhotoIndex
    private let encoder: FakeEncoder

    init() async throws {
        encoder = try FakeEncoder(side: 2)
        index = try PhotoIndex.create(at: folder, encoder: encoder)
        let space = Space(
            space: encoder.space, model: "fake", dim: encoder.dim, calibration: encoder.calibration)
        let changes = ["red", "green", "blue"].map { color in
            IndexChange.index(
                FoundPhoto(source: PhotoSource(color), sizeBytes: 1, modifiedNS: 0),
                contentHash: color, vector: encoder.encode(color),
                info: PhotoInfo(
                    width: 4, height: 3, cameraTime: 3_600_000_000, utcOffsetMinutes: 60,
                    latitude: 1, longitude: 2, camera: "Canon R5"))
        }
        let gone = FoundPhoto(source: PhotoSource("gone"), sizeBytes: 1, modifiedNS: 0)
        try await index.apply(changes + [.failed(gone, reason: "damaged")], in: space)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func photos() -> IntentPhotos {
        let index = index
        return IntentPhotos(picture: { Data($0.utf8) }, index: { index })
    }

    @Test func wordsFindTheBestFirst() async throws {
        let found = try await photos().matching("green", limit: 2)
        #expect(found.count == 2)
        #expect(
            found.first
                == FoundByIntent(
                    identifier: "green", takenAt: Date(timeIntervalSince1970: 0), latitude: 1,
                    longitude: 2, camera: "Canon R5", picture: Data("green".utf8)))
    }

    @Test(arguments: ["", " \n"])
    func noWordsFindNothing(words: String) async throws {
        #expect(try await photos().matching(words, limit: 5).isEmpty)
    }

    @Test func identifiersAreFoundAgainInTheirOrder() async throws {
        let found = try await photos().named(["blue", "never", "gone", "red", "blue"])
        #expect(found.map(\.identifier) == ["blue", "red", "blue"])
    }

    @Test func whatOpeningThrowsIsThrown() async throws {
        let photos = IntentPhotos { throw PhotoSearchError(.indexMissing, "none") }
        await #expect(throws: PhotoSearchError.self) { try await photos.named(["a"]) }
        await #expect(throws: PhotoSearchError.self) { try await photos.matching("a", limit: 1) }
    }
}
