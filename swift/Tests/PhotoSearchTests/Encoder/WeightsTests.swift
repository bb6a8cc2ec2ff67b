import Foundation
import Testing

@testable import PhotoSearch

/// A weights file whose header was changed: opening it is an error that says what is wrong.
@Suite struct WeightsTests {
    private static let codes = #""text.layers.0.down.weight.q4":{"dtype":"U8","shape":[64,96]"#
    private static let scale = #""text.layers.0.down.weight.scale":{"dtype":"F16","shape":[64,3]"#
    private static let empty = #","data_offsets":[0,0]},"#
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// The tower of the fixture whose first layer is int4, with a part of the header replaced.
    private func tower(_ part: String, _ other: String) throws -> TextTower {
        let path = try Fixture.path("encoders/packed.photomodel/weights.safetensors")
        let bytes = try OpenFile.bytes(path)
        let start = 8 + bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = String(decoding: bytes[8..<start], as: UTF8.self)
        try #require(header.contains(part))
        let changed = Array(header.replacingOccurrences(of: part, with: other).utf8)
        let length = withUnsafeBytes(of: UInt64(changed.count).littleEndian) { Array($0) }
        return try TextTower(path: folder.write("w", length + changed + bytes[start...]))
    }

    @Test func theFileAsItIsOpens() throws {
        #expect(try tower(Self.codes, Self.codes).dim == 32)
    }

    @Test(arguments: [
        ("[64,96]", "[96,64]", "down.weight.scale: got F16 [64, 3], expected F16 [96, 2]"),
        ("[64,96]", "[6144]", "down.weight.q4: got U8 [6144], expected U8 [rows, a multiple"),
        ("[64,96]", "[64,96,1]", "down.weight.q4: got U8 [64, 96, 1], expected U8"),
        ("[64,96]", "[384,16]", "down.weight.q4: got U8 [384, 16], expected U8"),
        ("U8", "I8", "down.weight.q4: got I8 [64, 96], expected U8"),
        (".q4", ".q8", "down.weight.q8: got U8 [64, 96], expected I8"),
    ])
    func codesOfAnotherShapeOrKindAreAnError(part: String, other: String, message: String) throws {
        let changed = Self.codes.replacingOccurrences(of: part, with: other)
        let error = #expect(throws: PhotoSearchError.self) { try tower(Self.codes, changed) }
        #expect(error?.kind == .bundle)
        #expect(error?.message.contains(message) == true)
    }

    @Test(arguments: [
        ("[64,3]", "[3,64]"), ("[64,3]", "[192]"), ("F16", "BF16"), ("scale", "scalf"),
    ])
    func aScaleThatIsMissingOrDoesNotFitIsAnError(part: String, other: String) throws {
        let changed = Self.scale.replacingOccurrences(of: part, with: other)
        let error = #expect(throws: PhotoSearchError.self) { try tower(Self.scale, changed) }
        #expect(error?.kind == .bundle)
    }

    @Test(arguments: [
        "[0,4611686018427387904]", "[4611686018427387904,0]", "[0,9223372036854775807]",
        "[0,9223372036854775776]", "[0,0]",
    ])
    func anEmptyArrayThatClaimsManyColumnsIsAnError(shape: String) throws {
        let none = Self.codes.replacingOccurrences(of: "[64,96]", with: shape) + Self.empty
        let rest = Self.codes.replacingOccurrences(of: "layers.0.down", with: "other")
        let error = #expect(throws: PhotoSearchError.self) { try tower(Self.codes, none + rest) }
        #expect(error?.kind == .bundle)
    }

    @Test(arguments: ["", ".q8"])
    func aTensorThatIsStoredTwiceIsAnError(ending: String) throws {
        let again =
            #""text.layers.0.down.weight\#(ending)":{"dtype":"F32","shape":[0]"# + Self.empty
        let error = #expect(throws: PhotoSearchError.self) {
            try tower(Self.codes, again + Self.codes)
        }
        #expect(error?.message.hasSuffix("stored twice, expected once") == true)
    }

    @Test(arguments: ["9", "x", "", "-1", "00", "9223372036854775807"])
    func layersThatDoNotFollowEachOtherAreAnError(name: String) throws {
        let error = #expect(throws: PhotoSearchError.self) {
            try tower("text.layers.1.", "text.layers.\(name).")
        }
        #expect(error?.kind == .model)
        #expect(error?.message.contains("expected 0 to 1") == true)
    }

    @Test func aTowerWithoutPositionsTakesNoTokens() throws {
        let none = #""text.positions.weight":{"dtype":"F16","shape":[0,64]"# + Self.empty
        let tower = try tower(
            #""text.positions.weight":"#, none + #""text.other.weight":"#)
        let error = #expect(throws: PhotoSearchError.self) { try tower.embed([2]) }
        #expect(error?.kind == .shape)
    }
}
