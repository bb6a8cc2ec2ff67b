import Foundation
import Testing

@testable import PhotoSearch

@Suite struct ManifestTests {
    private func manifest(_ text: String) throws -> Manifest {
        try Manifest(json: Array(text.utf8))
    }

    @Test func whatPythonReadsIsReadAndWhatItRefusesIsRefused() throws {
        let cases = try #require(try Fixture.json("manifests.json").arrayValue)
        for each in cases {
            let pair = try #require(each.arrayValue)
            let text = try #require(pair[0].stringValue)
            var complaint: String?
            do throws(PhotoSearchError) {
                _ = try Manifest(json: Array(text.utf8))
            } catch {
                #expect(error.kind == .bundle)
                complaint = error.message
            }
            #expect(
                (complaint == nil) == (pair[1] == .null),
                "\(text.prefix(2000)): got \(complaint ?? "none"), expected \(pair[1])")
        }
    }

    @Test func everyFieldIsRead() throws {
        let cases = try #require(try Fixture.json("manifests.json").arrayValue)
        let found = try manifest(try #require(cases[0].arrayValue?[0].stringValue))
        #expect(found.name == "näme")
        #expect(found.widths == [32, 16, 8])
        #expect(found.image == ImageSpec(size: 64, resize: .squash, filter: .bicubic))
        #expect(found.text == TextSpec(context: 64, tokenizer: .wordpiece, padID: 0))
        #expect(found.calibration == Calibration(scale: 10.5, bias: -4))
        #expect(
            found.files["a"] == FileEntry(sha256: String(repeating: "ab", count: 32), sizeBytes: 12)
        )
        #expect(found.packages?.image.inputs.first?.colors == .rgb)
        #expect(found.packages?.text?.output.shape == [1, 32])
        #expect(found.weights == nil)
    }

    @Test func aBundleThatIsNotThereIsAnError() {
        let error = #expect(throws: PhotoSearchError.self) {
            try ModelBundle(at: URL(fileURLWithPath: "/nowhere.photomodel"))
        }
        #expect(error?.kind == .bundle)
        #expect(error?.message.hasPrefix("no model bundle at /nowhere.photomodel: ") == true)
    }

    @Test(arguments: [
        (0.0, 0.5), (1.0, 0.9933071490757153), (-1000.0, 0.0), (1000.0, 1.0),
    ])
    func confidenceIsALogisticCurve(score: Double, expected: Double) {
        let confidence = Calibration(scale: 5, bias: 0).confidence(score)
        #expect(abs(confidence - expected) < 1e-12)
    }
}
