import FaissFormat
import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift info`: what an index file holds.
enum Info {
    static let command = Command(name: "info", usage: usage, run: run)
    private static let usage = """
        info FILE.faiss [--json]    what an index file holds

        Prints its kind in the notation of faiss's index factory, the metric, the width and number
        of its vectors, and its length in bytes; a file may go on after the index.
        """

    @Sendable
    private static func run(_ arguments: Arguments) throws {
        let parsed = try arguments.parse(switches: ["json"], places: 1...1)
        let index = try openFaiss(parsed.places[0])
        let metric = index.metric == .innerProduct ? "inner product" : "squared distance"
        if parsed.switches.contains("json") {
            let fields = [
                "\"kind\": \(JSONOutput.string(index.kind))",
                "\"metric\": \(JSONOutput.string(metric))", "\"dimension\": \(index.dimension)",
                "\"count\": \(index.count)", "\"bytes\": \(index.byteCount)",
            ]
            Output.write("{\(fields.joined(separator: ", "))}\n")
        } else {
            Output.write(
                """
                kind       \(index.kind)
                metric     \(metric)
                dimension  \(index.dimension)
                count      \(index.count)
                bytes      \(index.byteCount)

                """)
        }
    }
}

/// Opens an index file.
///
/// - Throws: `PhotoSearchError` of kind `indexMissing` or `indexDamaged` with the reason.
func openFaiss(_ path: String) throws -> FaissIndex {
    do {
        return try FaissIndex(contentsOf: URL(fileURLWithPath: path))
    } catch FaissError.file(let path, let reason) {
        throw PhotoSearchError(.indexMissing, "\(path): \(reason)")
    } catch {
        throw PhotoSearchError(.indexDamaged, "\(path): \(error)")
    }
}
