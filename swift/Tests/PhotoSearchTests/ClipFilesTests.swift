import Testing

@testable import PhotoSearch

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
