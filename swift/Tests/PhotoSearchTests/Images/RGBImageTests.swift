// Pictures: scaled as Pillow does, and turned upright.

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

@Suite struct OrientationTests {
    /// Two columns, three rows; each pixel three times its number.
    private func picture(_ numbers: [UInt8], width: Int) throws -> RGBImage {
        try RGBImage(
            width: width, height: numbers.count / width,
            bytes: numbers.flatMap { [$0, $0, $0] })
    }

    // what Pillow's ImageOps.exif_transpose gives
    @Test(
        arguments: [
            (.up, [1, 2, 3, 4, 5, 6], 2), (.upMirrored, [2, 1, 4, 3, 6, 5], 2),
            (.down, [6, 5, 4, 3, 2, 1], 2), (.downMirrored, [5, 6, 3, 4, 1, 2], 2),
            (.leftMirrored, [1, 3, 5, 2, 4, 6], 3), (.right, [5, 3, 1, 6, 4, 2], 3),
            (.rightMirrored, [6, 4, 2, 5, 3, 1], 3), (.left, [2, 4, 6, 1, 3, 5], 3),
        ] as [(Orientation, [UInt8], Int)])
    func everyOrientationIsTurnedUpright(
        orientation: Orientation, expected: [UInt8], width: Int
    ) throws {
        let upright = try picture([1, 2, 3, 4, 5, 6], width: 2).upright(orientation)
        #expect(try upright == picture(expected, width: width))
    }
}
