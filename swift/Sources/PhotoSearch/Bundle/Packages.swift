/// The Core ML packages of a bundle, one for photos and one for words.
public struct Packages: Sendable, Equatable {
    public let image: PackageSpec
    /// nil where the bundle's weights answer words: see ``PortableTextEncoder``.
    public let text: PackageSpec?

    /// Those that there are.
    package var all: [PackageSpec] { [image] + (text.map { [$0] } ?? []) }
}

/// One Core ML package, which runs one photo or one text at a time.
public struct PackageSpec: Sendable, Equatable {
    /// The oldest system that runs it.
    public enum Target: String, Sendable, CaseIterable {
        case iOS16, iOS17, iOS18
    }

    public enum Layout: String, Sendable, CaseIterable {
        case ane, plain
    }

    /// A directory inside the bundle, for example `image.mlpackage`.
    public let file: String
    public let target: Target
    /// How they are stored: fp16, int8, palette6, palette4, mixed.
    public let weights: String
    public let layout: Layout
    public let inputs: [Port]
    public let output: Port
}

extension PackageSpec {
    /// One input or output of a package.
    ///
    /// With `colors` a picture: bytes [height, width, 3]. Without, an array. Their names say what
    /// they hold: `ids` the padded tokens, `eot` 1 at the last token and 0 elsewhere, `mask` 1 at
    /// every token and 0 at the padding, `embedding` the unit vector.
    public struct Port: Sendable, Equatable {
        public enum Element: String, Sendable, CaseIterable {
            case uint8, int32, float16, float32
        }

        public enum Colors: String, Sendable, CaseIterable {
            case rgb = "RGB"
        }

        public let name: String
        public let shape: [Int]
        public let element: Element
        public let colors: Colors?
    }
}

extension Packages {
    init(_ fields: Fields) throws(PhotoSearchError) {
        try fields.allow(["image", "text"])
        image = try PackageSpec(fields.object("image"))
        text = try fields.optional("text").map { (found) throws(PhotoSearchError) in
            try PackageSpec(found)
        }
    }

    /// Raises unless the packages are among the files and give embeddings of the manifest's width.
    func check(dim: Int, files: [String]) throws(PhotoSearchError) {
        for case (let side, let package?) in [("image", image), ("text", text)] {
            let at = "manifest.packages.\(side)"
            guard files.contains(where: { $0.utf8.starts(with: "\(package.file)/".utf8) }) else {
                throw PhotoSearchError(
                    .bundle, "\(at).file: got '\(package.file)', of which no file is listed")
            }
            let names = (package.inputs + [package.output]).map(\.name)
            guard Set(names).count == names.count, !package.inputs.isEmpty else {
                throw PhotoSearchError(
                    .bundle, "\(at).inputs: got \(names.dropLast()), expected names that differ")
            }
            guard package.output.shape == [1, dim] else {
                throw PhotoSearchError(
                    .bundle,
                    "\(at).output.shape: got \(package.output.shape), expected \([1, dim])")
            }
        }
    }
}

extension PackageSpec {
    fileprivate init(_ fields: Fields) throws(PhotoSearchError) {
        try fields.allow(["file", "inputs", "layout", "output", "target", "weights"])
        file = try fields.string("file")
        target = try fields.choice("target", default: nil)
        weights = try fields.string("weights")
        layout = try fields.choice("layout", default: nil)
        inputs = try fields.objects("inputs").map { (each) throws(PhotoSearchError) in
            try Port(each)
        }
        output = try Port(fields.object("output"))
    }
}

extension PackageSpec.Port {
    fileprivate init(_ fields: Fields) throws(PhotoSearchError) {
        try fields.allow(["colors", "dtype", "name", "shape"])
        name = try fields.string("name")
        shape = try fields.integers("shape")
        element = try fields.choice("dtype", default: nil)
        colors = try fields.optionalChoice("colors")
        guard !shape.isEmpty, shape.allSatisfy({ $0 >= 1 }) else {
            throw PhotoSearchError(.bundle, "\(name): got shape \(shape), expected sizes")
        }
    }
}
