import Foundation
import Testing

@testable import PhotoSearch

@Suite struct BundleCheckTests {
    private let folder: TemporaryFolder
    private let place: URL

    /// A copy of a bundle that Python wrote.
    init() throws {
        folder = try TemporaryFolder()
        place = folder.url.appendingPathComponent("narrow.photomodel")
        let manifest = try Fixture.path("encoders/narrow.photomodel/manifest.json")
        let original = URL(fileURLWithPath: manifest).deletingLastPathComponent()
        try FileManager.default.copyItem(at: original, to: place)
    }

    private func faults() throws -> [String] {
        try ModelBundle(at: place).check().faults
            .filter { $0.kind != .card }  // test bundles have none
            .map { "\($0.kind.rawValue) \($0.place)" }
    }

    @Test func aBundleAsItWasMadeIsSound() throws {
        #expect(try faults().isEmpty)
        #expect(try ModelBundle(at: place).check().files == 3)
    }

    @Test func aChangedFileIsNamed() throws {
        let vocabulary = place.appendingPathComponent("tokenizer/vocab.txt")
        try (Data(contentsOf: vocabulary) + Data("more\n".utf8)).write(to: vocabulary)
        #expect(try faults() == ["changed tokenizer/vocab.txt"])
    }

    @Test func aMissingFileIsNamed() throws {
        try FileManager.default.removeItem(at: place.appendingPathComponent("weights.safetensors"))
        #expect(
            try faults() == ["missing weights.safetensors", "shape weights.safetensors"])
    }

    @Test func whatATextEncoderReadsIsCheckedAlone() throws {
        let bundle = try ModelBundle(at: place)
        try bundle.verifyText()
        let weights = place.appendingPathComponent("weights.safetensors")
        try (Data(contentsOf: weights) + [0]).write(to: weights)
        let error = #expect(throws: PhotoSearchError.self) { try bundle.verifyText() }
        #expect(error?.message.hasPrefix("\(weights.path): got sha256") == true)
    }

    @Test func wordsThatTheManifestDoesNotListAreNotRead() throws {
        let before = try ModelBundle(at: place).tokenizer().encode("astronuat")
        _ = try folder.write("narrow.photomodel/tokenizer/words.txt", "astronaut\n".utf8)
        let bundle = try ModelBundle(at: place)
        try bundle.verifyText()
        #expect(try bundle.tokenizer().encode("astronuat") == before)
    }

    @Test func wordsThatTheManifestListsAreCheckedAndRead() throws {
        let words = Array("astronaut\n".utf8)
        _ = try folder.write("narrow.photomodel/tokenizer/words.txt", words)
        let manifest = place.appendingPathComponent("manifest.json")
        let entry = """
            "tokenizer/words.txt": {"sha256": "\(SHA256Hasher.hex(words))", "size_bytes": 10},
            """
        let json = try String(contentsOf: manifest, encoding: .utf8)
            .replacingOccurrences(of: "\"files\": {", with: "\"files\": {\(entry)")
        try Data(json.utf8).write(to: manifest)
        let bundle = try ModelBundle(at: place)
        try bundle.verifyText()
        let tokenizer = try bundle.tokenizer()
        #expect(tokenizer.encode("astronuat") == tokenizer.encode("astronaut"))
        _ = try folder.write("narrow.photomodel/tokenizer/words.txt", "astronaut\r".utf8)
        let error = #expect(throws: PhotoSearchError.self) { try bundle.verifyText() }
        #expect(error?.message.contains("tokenizer/words.txt: got sha256") == true)
    }

    /// Where a part of the weights lies in a package, the manifest says what they are together.
    @Test func theSpaceFollowsFromTheWeightsPutTogether() throws {
        let manifest = place.appendingPathComponent("manifest.json")
        let json = try String(contentsOf: manifest, encoding: .utf8)
        let weights = try #require(try ModelBundle(at: place).manifest.files[ModelBundle.weights])
        for (sha256, expected) in [
            (weights.sha256, []), (String(repeating: "ab", count: 32), ["space space"]),
        ] {
            let entry = "\"weights\": {\"sha256\": \"\(sha256)\", \"size_bytes\": 1}"
            let changed = json.replacingOccurrences(
                of: "\"widths\":", with: "\(entry), \"widths\":")
            try Data(changed.utf8).write(to: manifest)
            #expect(try faults() == expected)
        }
    }

    @Test func whatDoesNotBelongIsNamed() throws {
        _ = try folder.write("narrow.photomodel/a/b.txt", [1])
        try FileManager.default.createSymbolicLink(
            at: place.appendingPathComponent("link"), withDestinationURL: folder.url)
        #expect(try faults() == ["extra a/b.txt", "extra link"])
    }

    @Test func aFolderInPlaceOfAFileIsAFault() throws {
        let vocabulary = place.appendingPathComponent("tokenizer/vocab.txt")
        try FileManager.default.removeItem(at: vocabulary)
        try FileManager.default.createDirectory(at: vocabulary, withIntermediateDirectories: true)
        #expect(try faults().contains("missing tokenizer/vocab.txt"))
    }
}
