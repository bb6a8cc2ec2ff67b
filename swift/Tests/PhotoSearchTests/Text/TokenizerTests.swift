// Tokenizers against Python's, the files of CLIP's, and case folding.

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
        let folder = try Fixture.path("tokens/vocab.txt").dropLast("/vocab.txt".count)
        let tokenizer = try WordPiece(directory: String(folder), mends: false, context: 77)
        try check(tokenizer, "tokens/wordpiece.json")
    }

    @Test func slipsAreMendedAsInPython() throws {
        let folder = try Fixture.path("tokens/spelling/words.txt").dropLast("/words.txt".count)
        let tokenizer = try WordPiece(directory: String(folder), mends: true, context: 77)
        let expected = try Fixture.json("tokens/spelling.json")
        let texts = try #require(expected["texts"]?.strings)
        let ids = try #require(expected["ids"]?.arrayValue)
        #expect(texts.count >= 2_000)
        for (text, ids) in zip(texts, ids) where tokenizer.encode(text) != ids.ids {
            Issue.record("\(text): got \(tokenizer.encode(text)), expected \(ids.ids)")
        }
    }

    @Test func clipGivesTheIdsOfPython() throws {
        let folder = try Fixture.path("tokens/clip/merges.txt").dropLast("/merges.txt".count)
        let tokenizer = try ClipBPE(directory: String(folder), context: 77, padID: nil)
        try check(tokenizer, "tokens/clip.json")
    }
}

@Suite struct ClipFilesTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open() throws -> ClipBPE {
        try ClipBPE(directory: folder.url.path, context: 77, padID: nil)
    }

    private func message() throws -> String {
        let error = #expect(throws: PhotoSearchError.self) { try open() }
        #expect(error?.kind == .bundle)
        return error?.message ?? ""
    }

    @Test func aPackedVocabularyIsRefusedWithWhatToDo() throws {
        _ = try folder.write("bpe_simple_vocab_16e6.txt.gz", [0x1F, 0x8B])
        #expect(try message().hasSuffix("unpack it with 'gunzip bpe_simple_vocab_16e6.txt.gz'"))
    }

    @Test func theUnpackedVocabularyIsReadThoughThePackedOneLiesBeside() throws {
        _ = try folder.write("bpe_simple_vocab_16e6.txt.gz", [0x1F, 0x8B])
        _ = try folder.write("bpe_simple_vocab_16e6.txt", "#version: 0.2\nd o\ndo g</w>\n".utf8)
        #expect(try open().encode("dog") == [514, 513, 515])
    }

    @Test func anEmptyFolderNamesEveryForm() throws {
        let said = try message()
        for name in ["tokenizer.json", "merges.txt", "bpe_simple_vocab_16e6.txt"] {
            #expect(said.contains(name))
        }
    }

    @Test func aLineThatIsNoPairIsDamage() throws {
        _ = try folder.write("bpe_simple_vocab_16e6.txt", "#version: 0.2\none two three\n".utf8)
        #expect(try message().contains("damaged CLIP vocabulary"))
    }
}

/// The values are those of Python's `str.casefold`.
@Suite struct CaseFoldingTests {
    @Test(
        arguments: [
            ("Leica M10", "leica m10"), ("Straße", "strasse"), ("STRASSE ẞ", "strasse ss"),
            ("ΟΔΟΣ ς", "οδοσ σ"), ("ﬃ", "ffi"), ("İ", "i\u{307}"), ("ſ", "s"), ("µ", "μ"),
            ("ꭰꭱ", "ᎠᎡ"), ("Ⅲ", "ⅲ"), ("և", "եւ"), ("写真", "写真"), ("", ""),
        ])
    func caseDoesNotCount(text: String, folded: String) {
        #expect(Normalization.casefold(CodePoints.of(text)) == CodePoints.of(folded))
    }
}
