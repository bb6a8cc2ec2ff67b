import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where the models lie that an index names.
///
/// `PhotoSearchBuiltin` would know its own, but with it comes all of Foundation: 7 MB for each
/// process, and a start that takes half as long again.
enum BuiltinBundle {
    static let name = "builtin"
    private static let variable = "PHOTOSEARCH_BUNDLE"
    /// The resources of `PhotoSearchBuiltin`, as a build of the whole package puts them beside the
    /// tool.
    private static let resources = "photosearch_PhotoSearchBuiltin"
    private static let file = "builtin.photomodel"

    /// A bundle's own path; for the built-in one, what PHOTOSEARCH_BUNDLE names, or the one beside
    /// the tool or in the sources that it was built from.
    static func path(for model: String) throws -> String {
        guard model == name else { return model }
        if let named = ProcessInfo.processInfo.environment[variable] { return named }
        let found = places.first { path in
            FileManager.default.fileExists(atPath: "\(path)/\(Manifest.fileName)")
        }
        guard let found else {
            throw PhotoSearchError(
                .bundle,
                """
                the built-in model: got none at \(places.joined(separator: ", ")); expected it \
                there, --bundle DIR, or \(variable) to name it
                """)
        }
        return found
    }

    private static var places: [String] {
        let tool = URL(fileURLWithPath: executable).resolvingSymlinksInPath()
        let folder = tool.deletingLastPathComponent().path
        let built = ["resources", "bundle", "bundle/Contents/Resources"].map { kind in
            "\(folder)/\(resources).\(kind)/\(file)"
        }
        let sources = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { place, _ in
            place.deletingLastPathComponent()
        }
        return ["\(folder)/\(file)"] + built + ["\(sources.path)/photosearch/assets/\(file)"]
    }

    /// The tool's own file, from wherever it was called.
    private static var executable: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        #if canImport(Darwin)
            var size = UInt32(buffer.count)
            let isKnown = _NSGetExecutablePath(&buffer, &size) == 0
        #else
            let isKnown = readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0
        #endif
        guard isKnown else { return CommandLine.arguments.first ?? "" }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// The words of an index's own model, or of the one that was named; of the index's width.
func textEncoder(_ index: URL, bundle: String?) async throws -> PortableTextEncoder {
    let space = try await PhotoIndex(at: index).space
    let place = try bundle ?? BuiltinBundle.path(for: space?.model ?? BuiltinBundle.name)
    let bundle = try ModelBundle(at: URL(fileURLWithPath: place))
    try bundle.verifyText()
    return try PortableTextEncoder(bundle, width: space?.dim)
}
