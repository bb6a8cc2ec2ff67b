import Testing

@testable import PhotoSearch

@Suite struct WallClockTests {
    @Test func everyMonthOfTheYears1To9999BeginsBehindTheOneBefore() throws {
        var first = try #require(WallClock(year: 1, month: 1, day: 1))
        for count in 1..<(9999 * 12) {
            let (year, month) = (count / 12 + 1, count % 12 + 1)
            let next = try #require(WallClock(year: year, month: month, day: 1))
            let last = try #require(next.adding(days: -1))
            guard last.month == first.month, last.year == first.year, (28...31).contains(last.day),
                first.adding(days: last.day) == next, next.month == month, next.day == 1
            else {
                Issue.record("\(next)")
                break
            }
            first = next
        }
        #expect(first.adding(days: 30)?.iso == "9999-12-31T00:00:00")
        #expect(first.adding(days: 31) == nil)
    }

    @Test(arguments: [
        (1, 1, 1, 1), (1900, 1, 1, 1), (2000, 2, 29, 2), (2026, 11, 26, 4), (9999, 12, 31, 5),
    ])
    func aDayHasItsWeekday(year: Int, month: Int, day: Int, weekday: Int) {
        #expect(WallClock(year: year, month: month, day: day)?.weekday == weekday)
    }

    @Test(arguments: [
        (0, 1, 1), (10_000, 1, 1), (2021, 2, 29), (1900, 2, 29), (2020, 13, 1), (2020, 0, 1),
        (2020, 4, 31), (2020, 1, 0), (Int.min, Int.max, Int.min),
    ])
    func aDayThatThereIsNotIsNone(year: Int, month: Int, day: Int) {
        #expect(WallClock(year: year, month: month, day: day) == nil)
    }

    @Test func timesAreOrderedAndWrittenAsPythonDoes() throws {
        let evening = try #require(WallClock(year: 33, month: 4, day: 3, hour: 18, second: 7))
        #expect(evening.iso == "0033-04-03T18:00:07" && "\(evening)" == evening.iso)
        #expect(evening.startOfDay < evening && evening.startOfHour.iso == "0033-04-03T18:00:00")
        #expect(WallClock(year: 2020, month: 1, day: 1, hour: 24) == nil)
        #expect(MonthDay(2, 9).text == "02-09" && MonthDay(2, 9) < MonthDay(10, 1))
    }

    @Test(arguments: [(1583, 4, 10), (1818, 3, 22), (2000, 4, 23), (2024, 3, 31), (2038, 4, 25)])
    func easterIsOnItsSunday(year: Int, month: Int, day: Int) {
        let easter = Yearly(MonthDay(3, 22), MonthDay(4, 25), easter: (0, 0)).of(year)
        #expect(easter == Interval.ofDay(year, month, day))
    }
}
