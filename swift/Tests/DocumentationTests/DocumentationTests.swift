// What the documents show is compiled, and what they promise holds.

import Foundation
import PhotoSearch
import PhotoSearchBuiltin
import PhotoSearchPhotos
import Testing

@Suite struct SnippetTests {
    @Test(arguments: try Document.all())
    func everyBlockOfADocumentIsCompiled(document: Document) throws {
        let snippets = try Document.snippets()
        for block in document.blocks {
            let wanted = Document.lines(block)
            let isThere = snippets.contains { lines in
                lines.indices.contains { lines[$0...].starts(with: wanted) }
            }
            #expect(isThere, "not among the snippets: \(block)")
        }
    }

    @Test func gettingStartedTakesFewerThanTwentyLines() throws {
        let block = try #require(Document.article("GettingStarted").blocks.first)
        #expect(block.components(separatedBy: "\n").count <= 20)  // the last one is empty
    }
}

@Suite struct FirstQueryTests {
    /// Nothing here can compile a package, so nothing waits for it.
    @Test func wordsFindPhotosBeforeAnyPackageIsCompiled() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let bundle = try BuiltinModel.bundle()
        let store = try IndexStore(at: folder, bundle: bundle)
        let words = try PortableTextEncoder(bundle)
        for (place, text) in ["a cat on a sofa", "a dog on the beach"].enumerated() {
            let photo = FoundPhoto(source: PhotoSource(text), sizeBytes: 1, modifiedNS: 0)
            let change = IndexChange.index(
                photo, contentHash: String(repeating: "\(place)", count: 64),
                vector: try words.encode(text), info: nil)
            try await store.apply([change], space: words.space)
        }
        let hits = try await store.index.search("a dog on the beach")
        #expect(hits.map(\.source.description) == ["a dog on the beach", "a cat on a sofa"])
    }
}

/// A document with code in it.
struct Document: CustomTestStringConvertible {
    let file: URL
    let text: String

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let catalogs = [
        "PhotoSearch", "FaissFormat", "PhotoSearchBuiltin", "PhotoSearchCoreML",
        "PhotoSearchIntents", "PhotoSearchPhotos",
    ].map {
        root.appendingPathComponent("swift/Sources/\($0)/Documentation.docc")
    }

    var testDescription: String { file.lastPathComponent }

    init(_ file: URL) throws {
        self.file = file
        text = try String(contentsOf: file, encoding: .utf8)
    }

    /// The README, every guide and every article.
    static func all() throws -> [Document] {
        let guides = try documents(in: root.appendingPathComponent("docs/guides"))
        let readme = try Document(root.appendingPathComponent("README.md"))
        return try [readme] + guides + catalogs.flatMap(documents)
    }

    private static func documents(in folder: URL) throws -> [Document] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".md") }.sorted()
            .map { try Document(folder.appendingPathComponent($0)) }
    }

    static func article(_ name: String) throws -> Document {
        try Document(catalogs[0].appendingPathComponent("\(name).md"))
    }

    /// The text of each Swift block, but those of a `Package.swift`.
    var blocks: [String] {
        let parts = text.components(separatedBy: "```swift\n").dropFirst()
        return parts.map { $0.components(separatedBy: "```")[0] }
            .filter { !$0.hasPrefix(".package(") }
    }

    /// The lines of every file of `Snippets`, which the compiler has seen.
    static func snippets() throws -> [[String]] {
        let folder = root.appendingPathComponent("swift/Tests/DocumentationTests/Snippets")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try names.map { try lines(Document(folder.appendingPathComponent($0)).text) }
    }

    /// Indentation and blank lines aside.
    static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }
}
