import Foundation
import Testing

@testable import PhotoSearch

@Suite struct DeviceClockTests {
    @Test func theClockShowsWhatFoundationSays() throws {
        for instant in [0, 1_700_000_000, 951_782_400, -2_082_844_800] {
            let shown = try #require(DeviceClock.shown(at: instant))
            let calendar = Calendar(identifier: .gregorian)
            let parts = calendar.dateComponents(
                in: .current, from: Date(timeIntervalSince1970: Double(instant)))
            #expect(shown.year == parts.year && shown.hour == parts.hour && shown.day == parts.day)
        }
        #expect(DeviceClock.shown(at: .max) == nil)
        #expect(DeviceClock.now().map { $0.year > 2020 } == true)
    }

    @Test func microsecondsAndWallClocksAreTheSame() throws {
        let moon = try #require(WallClock(year: 1969, month: 7, day: 20, hour: 20, minute: 17))
        #expect(moon.microseconds == -14_182_980_000_000)
        #expect(WallClock(microseconds: moon.microseconds) == moon)
        #expect(WallClock(microseconds: moon.microseconds - 1)?.second == 59)
        #expect(WallClock(microseconds: .max) == nil && WallClock(microseconds: .min) == nil)
    }
}
