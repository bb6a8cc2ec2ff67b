import Testing

@testable import PhotoSearch

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
