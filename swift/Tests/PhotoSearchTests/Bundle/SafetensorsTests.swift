import Foundation
import Testing

@testable import PhotoSearch

@Suite struct SafetensorsTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open(_ header: String, _ data: [UInt8] = [], length: Int? = nil) throws
        -> Safetensors
    {
        let size = UInt64(bitPattern: Int64(length ?? header.utf8.count))
        let bytes = withUnsafeBytes(of: size.littleEndian) { Array($0) } + Array(header.utf8) + data
        return try Safetensors(path: folder.write("x.safetensors", bytes))
    }

    @Test func arraysAreRead() throws {
        let header = """
            {"__metadata__": {"config": "{}"},
            "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "b": {"dtype": "F16", "shape": [1, 2], "data_offsets": [8, 12]}}
            """
        let file = try open(header, [0, 0, 128, 63, 0, 0, 0, 192, 0, 60, 0, 188])
        #expect(file.metadata == ["config": "{}"])
        #expect(file.floats(try #require(file.entries["a"])) == [1, -2])
        #expect(file.floats(try #require(file.entries["b"])) == [1, -1])
    }

    @Test(arguments: [
        "", "[", #"{"a": 1}"#,
        #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}"#,
        #"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 8]}}"#,
        #"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#,
        #"{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, -4]}}"#,
        #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [9223372036854775800, 9223372036854775807]}}"#,
        #"{"a": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 0]}}"#,
        #"{"a": {"dtype": "Q9", "shape": [4], "data_offsets": [0, 4]}}"#,
        #"{"a": {"dtype": "F32", "shape": [1]}}"#,
        #"{"a": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}, "b": {"dtype": "U8", "shape": [2], "data_offsets": [1, 3]}}"#,
    ])
    func aHeaderThatCannotBeIsAnError(header: String) {
        let error = #expect(throws: PhotoSearchError.self) { try open(header, [1, 2, 3, 4]) }
        #expect(error?.kind == .bundle)
    }

    @Test(arguments: [-1, 3, 1 << 40])
    func aHeaderLongerThanTheFileIsAnError(length: Int) {
        #expect(throws: PhotoSearchError.self) { try open("{}", length: length) }
    }

    @Test func everyCutOfARealFileIsAnError() throws {
        let path = try Fixture.path("encoders/narrow.photomodel/weights.safetensors")
        let bytes = try OpenFile.bytes(path)
        for count in Array(0..<40) + Array(stride(from: 40, to: bytes.count, by: 9973)) {
            let cut = try folder.write("cut", bytes.prefix(count))
            #expect(throws: PhotoSearchError.self) { try Safetensors(path: cut) }
        }
    }

    @Test func halvesAreReadAndWrittenExactly() {
        for bits in UInt16.min...UInt16.max {
            let value = Half.float(bits)
            if value.isNaN { continue }
            #expect(Half.bits(value) == bits)
        }
        #expect(Half.float(0x0001) == 0x1p-24)
        #expect(Half.float(0x7BFF) == 65504)
        #expect(Half.float(0xFC00) == -.infinity)
    }
}
