import Foundation
import Testing

@testable import PhotoSearch

/// What pixels tell in Python, they tell here: `tests/fixtures/states.py`.
@Suite struct PhotoStatesTests {
    private struct Picture: Decodable {
        let width: Int
        let height: Int
        let rgb: Data
        let states: [String]
    }

    @Test func pixelsTellWhatTheyTellInPython() throws {
        let file = URL(fileURLWithPath: try Fixture.path("states.json"))
        let pictures = try JSONDecoder().decode([Picture].self, from: Data(contentsOf: file))
        #expect(pictures.count >= 100)
        for (number, picture) in pictures.enumerated() {
            let image = try RGBImage(
                width: picture.width, height: picture.height, bytes: [UInt8](picture.rgb))
            #expect(image.states.names.sorted() == picture.states, "picture \(number)")
        }
    }

    @Test func theLargestSumsFit() throws {
        let side = 1024
        let rows = (0..<side).flatMap { y in (0..<side).map { x in UInt8((x + y) % 2 * 255) } }
        let checkered = try RGBImage(
            width: side, height: side, bytes: rows.flatMap { [$0, $0, $0] })
        #expect(checkered.states == .blackAndWhite)
    }
}
