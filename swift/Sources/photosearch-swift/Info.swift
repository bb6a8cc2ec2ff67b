import FaissFormat
import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift info`: what a file of vectors, an index or a model is.
enum Info {
    static let command = Command(name: "info", usage: usage, run: run)
    private static let usage = """
        info FILE.faiss|INDEX|BUNDLE [--json]    what a file of vectors, an index or a model is

        Of a file: its kind in the notation of faiss's index factory, the metric, the width and
        number of its vectors, and its length in bytes; it may go on after the index. Of an index:
        how many photos it has, of which model, and how its vectors are stored. Of a .photomodel:
        what it is made of.
        """

    private typealias Field = (name: String, json: String, text: String)

    @Sendable
    private static func run(_ arguments: Arguments) async throws {
        let parsed = try arguments.parse(switches: ["json"], places: 1...1)
        let fields = try await fields(parsed.places[0])
        if parsed.switches.contains("json") {
            Output.write("\(JSONOutput.object(fields.map { ($0.name, $0.json) }))\n")
            return
        }
        let width = fields.map(\.name.count).max() ?? 0
        let lines = fields.map { field in
            let name = field.name.split(separator: "_").joined(separator: " ")
            let gap = String(repeating: " ", count: width - name.count)
            return "\(name)\(gap)  \(Printable.text(Array(field.text.utf8)))\n"
        }
        Output.write(lines.joined())
    }

    private static func fields(_ path: String) async throws -> [Field] {
        let place = URL(fileURLWithPath: path)
        var isFolder = false
        if let kind = try? FileManager.default.attributesOfItem(atPath: place.path)[.type] {
            isFolder = kind as? FileAttributeType == .typeDirectory
        }
        guard isFolder else { return try file(path) }
        return isBundle(place) ? try bundle(place) : try await index(place)
    }

    private static func file(_ path: String) throws -> [Field] {
        let index = try openFaiss(path)
        let metric = index.metric == .innerProduct ? "inner product" : "squared distance"
        return [
            word("kind", index.kind), word("metric", metric), number("dimension", index.dimension),
            number("count", index.count), number("bytes", index.byteCount),
        ]
    }

    private static func index(_ place: URL) async throws -> [Field] {
        let index = try PhotoIndex(at: place)
        let (status, details) = (try await index.status(), try await index.details())
        var fields = [
            number("indexed", status.indexed), number("pending", status.pending),
            number("failed", status.failed), word("kind", details.kind),
            number("generation", Int(status.generation)),
            number("catalog_bytes", details.catalogBytes),
        ]
        if let space = status.space {
            fields += [
                word("model", space.model), word("space", space.space),
                number("dimension", space.dim),
            ]
        }
        if let base = details.base {
            fields += [
                number("vectors", base.vectors), number("vectors_bytes", base.sizeBytes),
                number("vectors_generation", Int(base.generation)),
                number("added_since", base.added), number("gone_since", base.gone),
            ]
        }
        return fields
    }

    private static func bundle(_ place: URL) throws -> [Field] {
        let manifest = try ModelBundle(at: place).manifest
        let widths = manifest.widths.map { "\($0)" }
        var fields = [
            word("name", manifest.name), word("version", manifest.version),
            word("architecture", manifest.architecture), word("space", manifest.space),
            number("dimension", manifest.dim),
            (
                name: "widths", json: JSONOutput.list(widths),
                text: widths.joined(separator: ", ")
            ),
            number("image_size", manifest.image.size),
            number("text_context", manifest.text.context),
            word("tokenizer", manifest.text.tokenizer.rawValue),
            number("files", manifest.files.count),
            number("bytes", manifest.files.values.reduce(0) { $0 &+ $1.sizeBytes }),
        ]
        if let packages = manifest.packages {
            let both = [("image", packages.image), ("text", packages.text)] as [(_, PackageSpec?)]
            for case (let name, let package?) in both {
                let about = "\(package.file), \(package.weights), \(package.target.rawValue)"
                fields.append(word("\(name)_package", about))
            }
        }
        return fields
    }

    private static func word(_ name: String, _ value: String) -> Field {
        (name: name, json: JSONOutput.string(value), text: value)
    }

    private static func number(_ name: String, _ value: Int) -> Field {
        (name: name, json: "\(value)", text: "\(value)")
    }
}

/// Opens an index file.
///
/// - Throws: `PhotoSearchError` of kind `indexMissing` or `indexDamaged` with the reason.
func openFaiss(_ path: String) throws -> FaissIndex {
    do {
        return try FaissIndex(contentsOfFile: path)
    } catch FaissError.file(let path, let reason) {
        throw PhotoSearchError(.indexMissing, "\(path): \(reason)")
    } catch {
        throw PhotoSearchError(.indexDamaged, "\(path): \(error)")
    }
}
