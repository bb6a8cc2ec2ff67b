import Foundation
import Testing

@testable import PhotoSearch

@Suite struct BridgingTests {
    private let zurich: TimeZone
    private let noon = Date(timeIntervalSince1970: 1_700_000_000)

    init() throws {
        zurich = try #require(TimeZone(identifier: "Europe/Zurich"))
    }

    private func photo(_ date: Date, offset minutes: Int?) -> PhotoInfo {
        let clock = date.timeIntervalSince1970 + Double(60 * (minutes ?? 60))
        return PhotoInfo(
            width: 1, height: 1, cameraTime: Int64(clock * 1e6), utcOffsetMinutes: minutes)
    }

    @Test func aPhotoSaysWhenItWasTaken() {
        #expect(photo(noon, offset: -480).takenAt(assuming: zurich) == noon)
        #expect(photo(noon, offset: nil).takenAt(assuming: zurich) == noon)  // in winter
        #expect(PhotoInfo(width: 1, height: 1).takenAt() == nil)
    }

    /// An hour after clocks went forward, at 01:00 UTC on 31 March 2024.
    @Test func aClockWithoutAZoneIsReadByTheDay() throws {
        let clock: Int64 = 1_711_854_000  // as if it were UTC: 03:00
        let info = PhotoInfo(width: 1, height: 1, cameraTime: clock * 1_000_000)
        let taken = try #require(info.takenAt(assuming: zurich))
        #expect(taken.timeIntervalSince1970 == 1_711_846_800)
    }

    @Test func aPeriodIsAFilter() throws {
        let filter = Filter(
            taken: DateInterval(start: noon, duration: 60), assuming: zurich)
        #expect(filter.since == .instant(microseconds: 1_700_000_000_000_000, utcOffsetMinutes: 60))
        #expect(filter.until == .instant(microseconds: 1_700_000_060_000_000, utcOffsetMinutes: 60))
    }

    @Test func aFilterIsStoredAndReadAgain() throws {
        var filter = Filter(
            since: .camera(microseconds: 5), near: Near(latitude: 1, longitude: 2, radius: 300),
            under: [PhotoSource("/é"), PhotoSource(bytes: [0x2F, 0xFF])], camera: "x",
            favourites: true, media: [.live, .photo], ids: [3, 4])
        filter.until = Moment(noon, assuming: zurich)
        let data = try JSONEncoder().encode(filter)
        #expect(try JSONDecoder().decode(Filter.self, from: data) == filter)
    }

    @Test func aPhotoIsFoundByItsIDAndItsName() async throws {
        let folder = try TemporaryFolder()
        let index = try PhotoIndex.create(at: folder.url.appendingPathComponent("x.photoindex"))
        let found = FoundPhoto(source: PhotoSource("AB-12/L0/001"), sizeBytes: 1, modifiedNS: 1)
        let change = IndexChange.index(
            found, contentHash: "h", vector: [1, 0, 0, 0], info: PhotoInfo(width: 2, height: 2))
        try await index.apply([change], in: .test(dim: 4))
        let hit = try #require(try await index.search(vector: [1, 0, 0, 0]).first)
        #expect(hit.localIdentifier == "AB-12/L0/001")
        #expect(try await index.photo(id: hit.id)?.localIdentifier == hit.localIdentifier)
        #expect(try await index.photo(named: hit.source)?.id == hit.id)
        #expect(try await index.photo(id: 77) == nil)
        #expect(try await index.photo(named: PhotoSource("nobody")) == nil)
    }
}
