import Foundation
import Testing

@testable import PhotoSearch

@Suite struct SimulatedPhotoTests {
    private let library: SimulatedLibrary

    init() throws {
        library = try SimulatedLibrary.fixture()
    }

    private func counts(_ names: [String]) -> [String: Int] {
        Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    }

    private func expected(_ name: String) throws -> [String: Int] {
        let members = try #require(Fixture.json("library/counts.json")[name]?.objectValue)
        let pairs = members.map { ($0.key, $0.value.integerValue ?? 0) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test func allPhotosAreReadAndCountedAsInPython() throws {
        let photos = library.photos
        #expect(photos.count == library.plan.photos)
        #expect(try counts(photos.map(\.eventKind.rawValue)) == expected("event_kind"))
        #expect(try counts(photos.compactMap(\.media?.rawValue)) == expected("media"))
        #expect(try counts(photos.map { String($0.localTime.prefix(4)) }) == expected("year"))
        #expect(try counts(photos.map(\.country)) == expected("country"))
    }

    @Test func pathsAreDistinctAndYearsThoseOfThePlan() throws {
        #expect(Set(library.photos.map(\.path)).count == library.photos.count)
        let years = Set(library.photos.compactMap { Int($0.localTime.prefix(4)) })
        #expect(years == Set(library.plan.years[0]...library.plan.years[1]))
    }

    @Test func photosComeByTheInstantOfLocalTimeAndOffset() throws {
        let reader = ISO8601DateFormatter()
        let instants = try library.photos.map { photo in
            let local = try #require(reader.date(from: photo.localTime + "Z"))
            return local.addingTimeInterval(-60 * Double(photo.utcOffsetMin))
        }
        #expect(instants == instants.sorted())
    }

    @Test func onlyARightClockSaysWhatIsTrue() {
        for photo in library.photos {
            #expect((photo.writtenTime == photo.localTime) == (photo.clock == .right))
            #expect((photo.writtenTime == nil) == (photo.clock == .missing))
        }
    }
}
