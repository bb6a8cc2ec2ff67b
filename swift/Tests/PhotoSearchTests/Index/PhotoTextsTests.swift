import Testing

@testable import PhotoSearch

/// What is said of a photo follows it through all that an index is told.
@Suite struct PhotoTextsTests {
    private let folder: TemporaryFolder
    private let index: PhotoIndex
    private let space = Space.test(dim: 4)
    private let said = PhotoTexts(
        name: "IMG_2034.HEIC", album: "LisbonTrip", title: "The tram", description: "Line 28",
        keywords: ["red", "car", " "], people: ["Anna Smith"])

    init() throws {
        folder = try TemporaryFolder()
        index = try PhotoIndex.create(at: folder.url)
    }

    private func photo(_ name: String, modified: Int64 = 5) -> FoundPhoto {
        FoundPhoto(source: PhotoSource(name), sizeBytes: 1, modifiedNS: modified)
    }

    private func add(_ name: String, _ hash: String, texts: PhotoTexts? = nil) async throws {
        let vector: [Float] = [1, 0, 0, 0]
        let change = IndexChange.index(
            photo(name), contentHash: hash, vector: vector, info: PhotoInfo(width: 4, height: 3),
            texts: texts)
        try await index.apply([change], in: space)
    }

    /// Names of the photos that have a word, in the order of ids; the full text is checked as well.
    private func found(_ word: String) async throws -> [String] {
        let catalog = try Catalog(directory: folder.url.path)
        try FullText.check(catalog.database)
        let ids = try #require(try catalog.texts([word])).map(\.id)
        return try await index.photos().filter { ids.contains($0.id) }.map(\.localIdentifier)
    }

    @Test func aPhotoOfALibraryIsFoundByAllThatIsSaidOfIt() async throws {
        try await add("A/L0/001", "h1", texts: said)
        for word in ["img", "2034", "lisbon", "lisbontrip", "tram", "28", "car", "smith"] {
            #expect(try await found(word) == ["A/L0/001"], "\(word)")
        }
        #expect(try await found("heic").isEmpty)
        let catalog = try Catalog(directory: folder.url.path)
        #expect(try catalog.requirePhrases(["red car"]) == [])
        #expect(try catalog.texts(["red"])?.first?.fields == [.keywords])
    }

    @Test func aPathTellsNameAndAlbum() async throws {
        try await add("/p/Winter in Norway/DSC1.jpg", "h1")
        #expect(try await found("norway") == ["/p/Winter in Norway/DSC1.jpg"])
        #expect(try await found("dsc").count == 1)
    }

    @Test func textsThatAreToldAgainReplaceWhatWasKnown() async throws {
        try await add("a", "h1", texts: said)
        let before = try await index.status().generation
        try await add("a", "h1", texts: said)
        #expect(try await index.status().generation == before)
        let source = PhotoSource("a")
        try await index.apply(
            [
                .describe(
                    source, isFavourite: false, media: [], texts: PhotoTexts(title: "A ferry"))
            ], in: space)
        #expect(try await index.status().generation > before)
        #expect(try await found("tram").isEmpty)
        #expect(try await found("ferry") == ["a"])
    }

    @Test func withoutTextsWhatWasKnownStays() async throws {
        try await add("a", "h1", texts: said)
        try await add("a", "h1")
        #expect(try await found("tram") == ["a"])
        try await add("a", "h2")
        #expect(try await found("tram") == ["a"])
        let source = PhotoSource("a")
        try await index.apply(
            [.describe(source, isFavourite: true, media: [.live])], in: space)
        #expect(try await found("tram") == ["a"])
        try await index.apply(
            [.refine(photo("a"), contentHash: "h3", info: PhotoInfo(width: 8, height: 6))],
            in: space)
        #expect(try await found("tram") == ["a"])
    }

    @Test func textInAPictureBelongsToItsContent() async throws {
        try await add("a", "h1", texts: said)
        let before = try await index.status().generation
        let source = PhotoSource("a")
        try await index.apply([.recognise(source, text: "TOTAL 12.50")], in: space)
        #expect(try await index.status().generation > before)
        try await add("b", "h1")
        #expect(try await found("total") == ["a", "b"])
        try await add("a", "h1", texts: PhotoTexts())
        #expect(try await found("total") == ["a", "b"])
        try await add("a", "h2")
        #expect(try await found("total") == ["b"])
        try await index.apply([.recognise(PhotoSource("nobody"), text: "x1")], in: space)
        #expect(try await found("x1").isEmpty)
    }

    @Test func whatIsRemovedOrFailsIsNotFound() async throws {
        for name in ["a", "b", "c"] { try await add(name, "h\(name)", texts: said) }
        let failed = IndexChange.failed(photo("b"), reason: "damaged")
        try await index.apply([.remove(PhotoSource("a")), failed], in: space)
        #expect(try await found("tram") == ["c"])
        #expect(try PhotoIndex.verify(at: folder.url).problems == [])
    }

    @Test func anImportKnowsNames() async throws {
        try await add("/p/Porto/bridge.jpg", "\(String(repeating: "ab", count: 32))", texts: said)
        let file = folder.url.appendingPathComponent("e.safetensors")
        _ = try await index.exportEmbeddings(to: file)
        let place = folder.url.appendingPathComponent("other")
        let other = try PhotoIndex.create(at: place)
        #expect(try await other.importEmbeddings(from: file) == 1)
        let catalog = try Catalog(directory: place.path)
        #expect(try catalog.texts(["porto"])?.count == 1)
        #expect(try catalog.texts(["tram"])?.isEmpty == true)
        #expect(try catalog.textRow(1)?.isRead == false)
    }

    @Test(arguments: ["\u{E000}", "a\u{E000}b", "\0", "a\0b", "\n", "\u{202E}x", "🎉", ""])
    func nothingThatIsSaidBreaksTheList(text: String) async throws {
        let odd = PhotoTexts(
            name: text, album: text, title: text, description: text, keywords: [text, "key"],
            people: [text, text])
        try await add("a", "h1", texts: odd)
        #expect(try await found("key") == ["a"])
    }
}
