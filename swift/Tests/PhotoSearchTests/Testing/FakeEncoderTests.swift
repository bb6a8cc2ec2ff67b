import Foundation
import Testing

@testable import PhotoSearch

@Suite struct FakeEncoderTests {
    @Test func aTextIsTheColorsThatItNames() async throws {
        let encoder = try FakeEncoder()
        #expect(encoder.encode("Red")[4] == 1)
        let both = encoder.encode("red and blue")
        #expect(abs(both[4] - both[1]) < 1e-6)
    }

    // FakeEncoder(dim=10, side=2).encode_pixels in Python
    @Test func aPhotoIsItsColorsAndItsBrightness() throws {
        let encoder = try FakeEncoder(dim: 10, side: 2)
        let picture = try RGBImage(
            width: 2, height: 2, bytes: [255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, 200])
        let expected: [Float] = [
            0.49357936, 0.49357936, 0.0, 0.0, 0.49357936, 0.0, 0.0, 0.49357936, 0.06478228,
            -0.14601721,
        ]
        let got = try #require(try encoder.encode([picture]).first)
        for (one, other) in zip(got, expected) { #expect(abs(one - other) < 1e-6) }
        #expect(got.count == expected.count)
    }

    @Test func itsSpaceIsThatOfPython() throws {
        #expect(
            try FakeEncoder().space
                == "6bf83a2a49c103648576a994f0fc4c7496839db11610005feea32d988026f9f1")
    }

    @Test func aPictureOfAnotherSizeIsAnError() throws {
        let picture = try RGBImage(width: 1, height: 1, bytes: [0, 0, 0])
        let error = #expect(throws: PhotoSearchError.self) {
            try FakeEncoder().encode([picture])
        }
        #expect(error?.kind == .shape)
    }

    @Test func aPictureSurvivesItsFile() throws {
        let picture = try RGBImage(width: 2, height: 1, bytes: [32, 10, 13, 0, 255, 9])
        #expect(try PPMDecoder().decode(PPMDecoder.encode(picture), atLeast: 1) == picture)
    }

    @Test(arguments: [
        "", "P6", "P6 1 1 255\n", "P5 1 1 255\nabc", "P6 1 1 255\nabcd", "P6 -1 -1 255\nabc",
    ])
    func whatIsNoPictureIsAnError(file: String) {
        let error = #expect(throws: PhotoSearchError.self) {
            try PPMDecoder().decode(Data(file.utf8), atLeast: 1)
        }
        #expect(error?.kind == .image)
    }
}
