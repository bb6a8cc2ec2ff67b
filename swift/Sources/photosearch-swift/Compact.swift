import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift compact`: the file of vectors, brought up to date.
enum Compact {
    static let command = Command(name: "compact", usage: usage, run: run)
    private static let usage = """
        compact INDEX    makes vectors.faiss anew

        Changes are searched beside vectors.faiss until there are many. This leaves none, so that
        searches take as little time and memory as they can.
        """

    @Sendable
    private static func run(_ arguments: Arguments) async throws {
        let parsed = try arguments.parse(places: 1...1)
        try await PhotoIndex(at: URL(fileURLWithPath: parsed.places[0])).compact()
    }
}
