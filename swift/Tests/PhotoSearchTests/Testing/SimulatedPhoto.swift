import Foundation

/// One photo of a simulated library: what is true of it, and what its file would say.
///
/// It is `SimulatedPhoto` of `photosearch.testing`, as `library.json` has it; times are local
/// wall-clock times in ISO 8601 without an offset.
struct SimulatedPhoto: Decodable, Sendable, Equatable {
    enum EventKind: String, Decodable, Sendable, CaseIterable {
        case trip, party, home, screenshot
    }

    enum Media: String, Decodable, Sendable, CaseIterable {
        case burst, live, panorama, portrait, screenshot, selfie
    }

    /// How the clock of the camera was; `missing` if no date is written.
    enum Clock: String, Decodable, Sendable, CaseIterable {
        case right, hours, years, missing
        case from1904 = "1904"
        case from1980 = "1980"
        case in2030 = "2030"
    }

    let path: String
    /// Numbers count by time, from 0 on.
    let event: Int
    let eventKind: EventKind
    let occasion: String
    /// What a fitting picture shows.
    let theme: String
    let localTime: String
    /// Minutes east of UTC.
    let utcOffsetMin: Int
    /// Degrees, north positive.
    let latitude: Double
    /// Degrees, east positive.
    let longitude: Double
    let place: String
    let country: String
    let camera: String?
    let lens: String?
    let media: Media?
    /// Photos of one burst share it.
    let burst: Int?
    let favourite: Bool
    let album: String
    let title: String
    let description: String
    let keywords: [String]
    let people: [String]
    let clock: Clock
    let writtenTime: String?
    let writtenOffsetMin: Int?
    let hasGps: Bool
}

/// The library of `swift/Fixtures/library`, which Python planned.
struct SimulatedLibrary: Decodable, Sendable {
    struct Plan: Decodable, Sendable {
        let photos: Int
        let years: [Int]
        /// Latitude and longitude in degrees.
        let home: [Double]
    }

    let plan: Plan
    /// By time.
    let photos: [SimulatedPhoto]

    /// - Throws: `Fixture.Changed` if the file is not the one that Python wrote, `DecodingError` if it
    ///   is of another form.
    static func fixture() throws -> SimulatedLibrary {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = URL(fileURLWithPath: try Fixture.path("library/library.json"))
        return try decoder.decode(SimulatedLibrary.self, from: Data(contentsOf: file))
    }
}
