import Testing

@testable import PhotoSearch

@Suite struct TokenizerTests {
    private func check(_ tokenizer: some Tokenizer, _ name: String) throws {
        let texts = try Fixture.json("tokens/strings.json").strings
        let expected = try #require(Fixture.json(name)["ids"]?.arrayValue)
        #expect(texts.count == expected.count)
        #expect(texts.count >= 5_000)
        for (text, ids) in zip(texts, expected) where tokenizer.encode(text) != ids.ids {
            let shown = text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
            Issue.record("\(shown): got \(tokenizer.encode(text)), expected \(ids.ids)")
        }
    }

    @Test func wordPieceGivesTheIdsOfPython() throws {
        let path = try Fixture.path("tokens/vocab.txt")
        try check(WordPiece(path: path, context: 77), "tokens/wordpiece.json")
    }

    @Test func clipGivesTheIdsOfPython() throws {
        let folder = try Fixture.path("tokens/clip/merges.txt").dropLast("/merges.txt".count)
        let tokenizer = try ClipBPE(directory: String(folder), context: 77, padID: nil)
        try check(tokenizer, "tokens/clip.json")
    }
}
