import Foundation
import Testing

@testable import PhotoSearch

@Suite struct RGBImageTests {
    /// What Python wrote.
    struct Pixels: Decodable {
        struct Picture: Decodable {
            let width: Int
            let height: Int
            let rgb: Data
        }
        struct Prepared: Decodable {
            let picture: Int
            let size: Int
            let resize: String
            let filter: String
            let rgb: Data
        }
        let pictures: [Picture]
        let prepared: [Prepared]
    }

    private func spec(_ prepared: Pixels.Prepared) throws -> ImageSpec {
        ImageSpec(
            size: prepared.size, resize: try #require(.init(rawValue: prepared.resize)),
            filter: try #require(.init(rawValue: prepared.filter)))
    }

    @Test func everyPixelIsPillows() throws {
        let file = URL(fileURLWithPath: try Fixture.path("pixels.json"))
        let pixels = try JSONDecoder().decode(Pixels.self, from: Data(contentsOf: file))
        #expect(pixels.prepared.count >= 100)
        for prepared in pixels.prepared {
            let drawn = pixels.pictures[prepared.picture]
            let picture = try RGBImage(
                width: drawn.width, height: drawn.height, bytes: [UInt8](drawn.rgb))
            let got = try picture.prepared(for: spec(prepared))
            #expect(
                got.bytes == [UInt8](prepared.rgb),
                "\(drawn.width) × \(drawn.height) \(prepared.resize) \(prepared.filter)")
        }
    }

    @Test func aPictureOfTheRightSizeIsLeftAlone() throws {
        let picture = try RGBImage(width: 2, height: 2, bytes: (0..<12).map { UInt8($0) })
        let spec = ImageSpec(size: 2, resize: .crop, filter: .bicubic)
        #expect(try picture.prepared(for: spec) == picture)
    }

    @Test(arguments: [(0, 0, 0), (2, 2, 11), (-1, -4, 12), (.max, 2, 12), (2, 0, 0)])
    func bytesMustBeAsManyAsThePixelsNeed(width: Int, height: Int, count: Int) {
        #expect(throws: PhotoSearchError.self) {
            try RGBImage(width: width, height: height, bytes: [UInt8](repeating: 0, count: count))
        }
    }
}
