extension Manifest {
    /// A manifest from the bytes of `manifest.json`.
    ///
    /// - Throws: `PhotoSearchError` of kind `bundle` that names the first bad field.
    package init(json: [UInt8]) throws(PhotoSearchError) {
        let raw: JSONValue
        do {
            raw = try JSONReader.read(json)
        } catch {
            throw PhotoSearchError(.bundle, "\(Manifest.fileName) is not JSON: \(error)")
        }
        guard let members = raw.objectValue else {
            throw PhotoSearchError(.bundle, "manifest: got \(raw.typeName), expected an object")
        }
        guard raw["schema"]?.integerValue == Manifest.schema else {
            let got = raw["schema"]?.integerValue.map(String.init) ?? raw["schema"]?.typeName
            throw PhotoSearchError(
                .bundle,
                "manifest schema: got \(got ?? "none"), this version reads \(Manifest.schema)")
        }
        try self.init(Fields(of: members, named: "manifest"))
    }

    private init(_ fields: Fields) throws(PhotoSearchError) {
        try fields.allow([
            "architecture", "calibration", "dim", "files", "image", "name", "packages", "schema",
            "space", "text", "version", "weights", "widths",
        ])
        name = try fields.string("name")
        version = try fields.string("version")
        architecture = try fields.string("architecture")
        space = try fields.string("space")
        dim = try fields.integer("dim")
        widths = try fields.integers("widths")
        image = try ImageSpec(fields.object("image"))
        text = try TextSpec(fields.object("text"))
        calibration = try Calibration(fields.object("calibration"))
        files = try Manifest.files(fields.object("files"))
        packages = try fields.optional("packages").map { (found) throws(PhotoSearchError) in
            try Packages(found)
        }
        weights = try fields.optional("weights").map { (found) throws(PhotoSearchError) in
            try FileEntry(found)
        }
        try check()
    }

    private func check() throws(PhotoSearchError) {
        guard dim >= 1, widths.first == dim else {
            throw PhotoSearchError(.bundle, "manifest.widths: got \(widths), expected \(dim) first")
        }
        guard zip(widths, widths.dropFirst()).allSatisfy(>), widths.allSatisfy({ $0 >= 1 }) else {
            throw PhotoSearchError(.bundle, "manifest.widths: got \(widths), expected widest first")
        }
        try packages?.check(dim: dim, files: Array(files.keys))
    }

    private static func files(_ fields: Fields) throws(PhotoSearchError) -> [String: FileEntry] {
        var files: [String: FileEntry] = [:]
        for name in fields.names {
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.first != "", !parts.contains("..") else {
                throw PhotoSearchError(.bundle, "manifest.files: file '\(name)' leaves the bundle")
            }
            guard !parts.contains(""), !parts.contains("."), name != Manifest.fileName,
                name.unicodeScalars.allSatisfy(isPrintable)
            else {
                throw PhotoSearchError(
                    .bundle, "manifest.files: got '\(name)', expected a file's path")
            }
            files[name] = try FileEntry(fields.object(name))
        }
        return files
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}

extension FileEntry {
    init(_ fields: Fields) throws(PhotoSearchError) {
        try fields.allow(["sha256", "size_bytes"])
        sha256 = try fields.string("sha256")
        guard sha256.utf8.count == 64, sha256.utf8.allSatisfy(Self.isHex) else {
            throw fields.wrong("sha256", .string(sha256), "64 hex digits")
        }
        sizeBytes = try fields.integer("size_bytes", in: 0...Int.max)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}

extension ImageSpec {
    init(_ fields: Fields) throws(PhotoSearchError) {
        try fields.allow(["filter", "resize", "size"])
        size = try fields.integer("size", in: 1...Fields.most)
        resize = try fields.choice("resize", default: .squash)
        filter = try fields.choice("filter", default: .bicubic)
    }
}

extension TextSpec {
    init(_ fields: Fields) throws(PhotoSearchError) {
        try fields.allow(["context", "pad_id", "tokenizer"])
        context = try fields.integer("context", in: 1...Fields.most)
        tokenizer = try fields.choice("tokenizer", default: nil)
        padID = try fields.integer("pad_id", in: -Fields.most...Fields.most, default: 0)
    }
}

extension Calibration {
    init(_ fields: Fields) throws(PhotoSearchError) {
        try fields.allow(["bias", "scale"])
        scale = try fields.number("scale")
        bias = try fields.number("bias")
    }
}
