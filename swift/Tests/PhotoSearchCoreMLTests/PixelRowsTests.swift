import PhotoSearch
import Testing

@testable import PhotoSearchCoreML

@Suite struct PixelRowsTests {
    @Test func pixelsAreWrittenBlueFirstInRowsWithPadding() throws {
        let picture = try RGBImage(width: 1, height: 2, bytes: [1, 2, 3, 4, 5, 6])
        var out = [UInt8](repeating: 9, count: 12)
        out.withUnsafeMutableBytes { PixelRows.write(picture, to: $0, rowBytes: 6) }
        #expect(out == [3, 2, 1, 255, 9, 9, 6, 5, 4, 255, 9, 9])
    }

    @Test func pixelsAreReadRedFirstFromRowsWithPadding() throws {
        let bytes: [UInt8] = [1, 2, 3, 0, 9, 9, 4, 5, 6, 0, 9, 9]
        let picture = try bytes.withUnsafeBytes {
            try PixelRows.read($0, width: 1, height: 2, rowBytes: 6)
        }
        #expect(try picture == RGBImage(width: 1, height: 2, bytes: [1, 2, 3, 4, 5, 6]))
    }
}
