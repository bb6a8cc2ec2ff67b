// Numbers with padding, pixels and tokens, as they lie in buffers.

import PhotoSearch
import Testing

@testable import PhotoSearchCoreML

@Suite struct StridedLayoutTests {
    private func bytes<Value>(_ values: [Value]) -> [UInt8] {
        values.withUnsafeBytes { Array($0) }
    }

    private func read(_ layout: StridedLayout, _ bytes: [UInt8]) throws -> [Float] {
        try bytes.withUnsafeBytes { try layout.values($0) }
    }

    @Test func paddingBetweenRowsIsNoValue() throws {
        let layout = StridedLayout(element: .float32, shape: [2, 2], strides: [4, 1])
        let values: [Float] = [1, 2, .nan, .nan, 3, 4]
        #expect(try read(layout, bytes(values)) == [1, 2, 3, 4])
    }

    @Test func theLastIndexIsTheFastestHoweverTheyLie() throws {
        let layout = StridedLayout(element: .int32, shape: [2, 3], strides: [1, 2])
        #expect(try read(layout, bytes([0, 3, 1, 4, 2, 5] as [Int32])) == [0, 1, 2, 3, 4, 5])
    }

    @Test(
        arguments: [
            (0x0000, 0), (0x3C00, 1), (0xC000, -2), (0x3555, 0.33325195), (0x0001, 5.9604645e-8),
            (0x7BFF, 65504), (0xFC00, -.infinity),
        ] as [(UInt16, Float)])
    func halvesAreReadAtAnyAddress(bits: UInt16, expected: Float) throws {
        let layout = StridedLayout(element: .float16, shape: [1], strides: [1])
        let odd = [0xFF] + bytes([bits])
        let got = try odd.withUnsafeBytes { bytes in
            try layout.values(UnsafeRawBufferPointer(rebasing: bytes[1...]))
        }
        #expect(got == [expected])
    }

    @Test func aBufferThatIsTooShortIsAnError() {
        let layout = StridedLayout(element: .float16, shape: [2, 2], strides: [32, 1])
        let error = #expect(throws: PhotoSearchError.self) {
            try read(layout, [UInt8](repeating: 0, count: 2 * 33))
        }
        #expect(error?.message == "array: got 66 bytes, expected at least 68")
    }

    @Test(arguments: [([2], [1, 1]), ([2], [-1]), ([0], [1])])
    func aLayoutThatMakesNoSenseIsAnError(shape: [Int], strides: [Int]) {
        let layout = StridedLayout(element: .float32, shape: shape, strides: strides)
        #expect(throws: PhotoSearchError.self) {
            try read(layout, [UInt8](repeating: 0, count: 64))
        }
    }

    @Test(arguments: PackageSpec.Port.Element.allCases)
    func whatIsWrittenIsReadBack(element: PackageSpec.Port.Element) throws {
        let layout = StridedLayout(element: element, shape: [2, 3], strides: [8, 2])
        var bytes = [UInt8](repeating: 0xAA, count: 4 * 16)
        try bytes.withUnsafeMutableBytes { try layout.write([0, 1, 2, 3, 100, 255], to: $0) }
        #expect(try read(layout, bytes) == [0, 1, 2, 3, 100, 255])
        #expect(bytes.contains(0xAA))
    }

    @Test func asManyValuesAreWrittenAsThereIsRoomFor() {
        let layout = StridedLayout(element: .int32, shape: [4], strides: [1])
        var bytes = [UInt8](repeating: 0, count: 16)
        let error = #expect(throws: PhotoSearchError.self) {
            try bytes.withUnsafeMutableBytes { try layout.write([1, 2], to: $0) }
        }
        #expect(error?.message == "input: got 2 values, expected 4")
    }
}

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

@Suite struct TextInputsTests {
    private let ids: [Int32] = [101, 7, 102]

    private func port(_ name: String, _ shape: [Int] = [1, 1, 1, 5]) throws -> PackageSpec.Port {
        let packages = try TestBundle.manifest(inputs: [(name, shape)]).packages
        return try #require(packages?.text?.inputs.first)
    }

    @Test func tokensAreFilledUp() throws {
        let values = try TextInputs.values(port("ids", [1, 5]), ids: ids, padID: 9)
        #expect(values == [101, 7, 102, 9, 9])
    }

    @Test func theMaskIsOneAtEveryToken() throws {
        #expect(try TextInputs.values(port("mask"), ids: ids, padID: 0) == [1, 1, 1, 0, 0])
    }

    @Test func theEndOfTheTextIsOneAtTheLastToken() throws {
        #expect(try TextInputs.values(port("eot"), ids: ids, padID: 0) == [0, 0, 1, 0, 0])
    }

    @Test func anInputOfAnotherNameIsAnError() throws {
        let port = try port("attention")
        let error = #expect(throws: PhotoSearchError.self) {
            try TextInputs.values(port, ids: ids, padID: 0)
        }
        #expect(error?.kind == .bundle)
    }

    @Test(arguments: [0, 6])
    func tokensMustFit(count: Int) throws {
        let port = try port("ids", [1, 5])
        let error = #expect(throws: PhotoSearchError.self) {
            try TextInputs.values(port, ids: Array(repeating: 1, count: count), padID: 0)
        }
        #expect(error?.message == "tokens: got \(count), expected 1 to 5")
    }
}
