import Testing

@testable import PhotoSearch

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws -> JSONValue {
        try JSONReader.read(Array(text.utf8))
    }

    @Test func everyKindOfValueIsRead() throws {
        let text = #" {"a": [1, -2.5, 1e3, true, false, null], "b": {"c": "d"}, "e": []} "#
        let value = try read(text)
        #expect(
            value["a"]
                == .array([
                    .integer(1), .number(-2.5), .number(1000), .bool(true), .bool(false), .null,
                ]))
        #expect(value["b"]?["c"]?.stringValue == "d")
        #expect(value["e"] == .array([]))
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\ud83d\ude00""#, "é😀"),
        (#""\ud83d""#, "\u{FFFD}"), (#""\ud83dx\udc80""#, "\u{FFFD}x\u{FFFD}"),
        (#""\ud83d\u0041""#, "\u{FFFD}A"), ("\"é😀\"", "é😀"),
    ])
    func escapesAreResolved(text: String, expected: String) throws {
        #expect(try read(text).stringValue == expected)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "-", "1.", ".5", "1e", "tru", "\"", "\"\\x\"",
        "\"\\u12\"", "\"\n\"", "1 2", "NaN", "\u{FEFF}1", "'a'", "1e999", "[1 2]", "{\"a\" 1}",
    ])
    func anythingElseIsAnError(text: String) {
        #expect(throws: JSONError.self) { try read(text) }
    }

    @Test func nestingIsLimited() throws {
        #expect(throws: JSONError.self) {
            try read(String(repeating: "[", count: 100_000))
        }
        _ = try read(String(repeating: "[", count: 100) + String(repeating: "]", count: 100))
    }

    @Test(arguments: [
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xE2, 0x82], [0xFF],
    ])
    func bytesThatAreNotUTF8AreAnError(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONReader.read([0x22] + bytes + [0x22]) }
    }

    @Test func keysThatDifferInCompositionStayApart() throws {
        let value = try read("{\"e\u{301}\": 1, \"\u{e9}\": 2}")
        #expect(value["e\u{301}"] == .integer(1))
        #expect(value["\u{e9}"] == .integer(2))
    }

    @Test func theLastOfEqualKeysCounts() throws {
        #expect(try read(#"{"a": 1, "a": 2}"#)["a"] == .integer(2))
    }
}
