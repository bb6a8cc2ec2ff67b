import Foundation
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
