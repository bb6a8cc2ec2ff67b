import Foundation
import Testing

@testable import PhotoSearch

@Suite struct FilterTests {
    private var everything: Filter {
        var filter = Filter(
            since: .camera(microseconds: 5), near: Near(latitude: 1, longitude: 2, radius: 3),
            under: [PhotoSource("/p")], camera: "x", favourites: true,
            media: [.selfie, .blackAndWhite], ids: [7])
        filter.away = Near(latitude: -1, longitude: -2, radius: 3)
        (filter.months, filter.weekdays) = ([6, 7], [1])
        filter.days = [DaysOfYear(first: MonthDay(12, 24), last: MonthDay(1, 2))]
        filter.hours = [HoursOfDay(22, 6)]
        return filter
    }

    @Test func aFilterIsStoredAsItIs() throws {
        let stored = try JSONEncoder().encode(everything)
        #expect(try JSONDecoder().decode(Filter.self, from: stored) == everything)
    }

    @Test func aFilterThatWasStoredBeforeRestrictsNothingMore() throws {
        let stored = Data(#"{"under": [], "favourites": true, "media": ["photo"]}"#.utf8)
        let filter = try JSONDecoder().decode(Filter.self, from: stored)
        #expect(filter == Filter(favourites: true, media: [.photo]))
    }

    private func refusal(_ change: (inout Filter) -> Void) -> String? {
        var filter = Filter()
        change(&filter)
        do throws(PhotoSearchError) {
            try filter.check()
            return nil
        } catch {
            return error.kind == .usage ? error.message : nil
        }
    }

    @Test func whatMakesNoSenseIsRefusedInTheWordsOfPython() {
        #expect(refusal { $0.months = [0, 1] } == "months: got 0, expected 1 to 12")
        #expect(refusal { $0.weekdays = [8] } == "weekdays: got 8, expected 1 to 7")
        #expect(
            refusal { $0.days = [DaysOfYear(first: MonthDay(2, 29), last: MonthDay(13, 1))] }
                == "days: got ('02-29', '13-01'), expected two of MM-DD")
        #expect(
            refusal { $0.hours = [HoursOfDay(3, 3)] }
                == "hours: got (3, 3), expected two different ones of 0 to 24")
        #expect(
            refusal { $0.hours = [HoursOfDay(-1, 25)] }
                == "hours: got (-1, 25), expected two different ones of 0 to 24")
        #expect(
            refusal { $0.away = Near(latitude: 91, longitude: 0, radius: 1) }
                == "latitude: got 91.0, expected -90 to 90 degrees")
        #expect(
            refusal { $0.away = Near(latitude: .nan, longitude: 0, radius: 1) }?
                .hasPrefix("latitude: got nan") == true)
        #expect(refusal { $0 = everything } == nil)
    }

    @Test func aSelfieOrADarkPhotoIsAPlainPhotoToo() {
        #expect(MediaKinds.kinds.isDisjoint(with: [.selfie, .blackAndWhite, .blurry, .dark]))
        #expect(MediaKinds.kinds.rawValue == 63 && MediaKinds.all.rawValue == 1023)
        let names = ["live", "video", "selfie", "black-and-white", "blurry", "dark"]
        #expect(MediaKinds(names: names)?.names == names)
    }

    @Test(arguments: [0, 1, 3, 50, 99, 100, 1000, Int.max])
    func theFirstOfManyAreThoseOfASort(k: Int) {
        let values = (0..<100).map { ($0 * 37 + 11) % 100 / 3 }
        #expect(values.first(k, by: <) == Array(values.sorted().prefix(k)))
    }
}
