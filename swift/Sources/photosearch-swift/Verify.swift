import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `photosearch-swift verify`: is everything in an index or a bundle as it was written?
enum Verify {
    static let command = Command(name: "verify", usage: usage, run: run)
    private static let usage = """
        verify INDEX|BUNDLE [--json]    is everything in it as it was written?

        Of an index: the catalog, that each photo has a vector, and that vectors.faiss agrees with
        the catalog; exit code 7 if there is damage. Of a .photomodel: the size and SHA-256 of every
        file, that none is missing or does not belong, the vocabulary and the text tower; exit
        code 5.
        """

    @Sendable
    private static func run(_ arguments: Arguments) throws {
        let parsed = try arguments.parse(switches: ["json"], places: 1...1)
        let place = URL(fileURLWithPath: parsed.places[0])
        let isJSON = parsed.switches.contains("json")
        if isBundle(place) {
            try verify(ModelBundle(at: place), isJSON)
        } else {
            try verify(index: place, isJSON)
        }
    }

    private static func verify(index place: URL, _ isJSON: Bool) throws {
        let report = try PhotoIndex.verify(at: place)
        Output.write(isJSON ? json(report) : text(report))
        guard report.isSound else {
            throw PhotoSearchError(.indexDamaged, counted(report.problems.count, "problem"))
        }
    }

    private static func verify(_ bundle: ModelBundle, _ isJSON: Bool) throws {
        let report = bundle.check()
        Output.write(isJSON ? json(report, bundle) : text(report, bundle))
        guard report.isSound else {
            throw PhotoSearchError(.bundle, counted(report.faults.count, "fault"))
        }
    }

    private static func json(_ report: VerifyReport) -> String {
        let fields = [
            ("photos", "\(report.photos)"), ("vectors", "\(report.vectors)"),
            ("problems", JSONOutput.list(report.problems.map(JSONOutput.string))),
            ("notes", JSONOutput.list(report.notes.map(JSONOutput.string))),
            ("ok", "\(report.isSound)"),
        ]
        return "\(JSONOutput.object(fields))\n"
    }

    private static func text(_ report: VerifyReport) -> String {
        let head = report.isSound ? ["the index is sound"] : ["damaged:"]
        let problems = report.problems.map { "  \(Printable.text(Array($0.utf8)))" }
        let notes = report.notes.map { "note: \(Printable.text(Array($0.utf8)))" }
        let counts = "\(report.photos) photos, \(report.vectors) of them searchable"
        return (head + problems + notes + [counts]).map { "\($0)\n" }.joined()
    }

    private static func json(_ report: BundleReport, _ bundle: ModelBundle) -> String {
        let faults = report.faults.map { fault in
            JSONOutput.object([
                ("kind", JSONOutput.string(fault.kind.rawValue)),
                ("where", JSONOutput.string(fault.place)),
                ("detail", JSONOutput.string(fault.detail)),
            ])
        }
        let fields = [
            ("bundle", JSONOutput.string(bundle.directory.lastPathComponent)),
            ("name", JSONOutput.string(bundle.manifest.name)),
            ("version", JSONOutput.string(bundle.manifest.version)),
            ("space", JSONOutput.string(bundle.manifest.space)),
            ("files", "\(report.files)"), ("size_bytes", "\(report.sizeBytes)"),
            ("faults", JSONOutput.list(faults)), ("ok", "\(report.isSound)"),
        ]
        return "\(JSONOutput.object(fields))\n"
    }

    private static func text(_ report: BundleReport, _ bundle: ModelBundle) -> String {
        let state = report.isSound ? "sound" : "damaged"
        let name = Printable.text(Array(bundle.directory.lastPathComponent.utf8))
        let about = "\(bundle.manifest.name) \(bundle.manifest.version), \(report.files) files"
        let head = "\(name) is \(state): \(about), \(megabytes(report.sizeBytes))\n"
        return report.faults.reduce(head) { text, fault in
            "\(text)  \(Printable.text(Array(fault.description.utf8)))\n"
        }
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "got \(count) \(noun)\(count == 1 ? "" : "s"), expected none"
    }
}

/// Whether a folder is a model's; one that says so by its name counts even if it is not complete.
func isBundle(_ place: URL) -> Bool {
    place.pathExtension == "photomodel"
        || FileManager.default.fileExists(atPath: "\(place.path)/\(Manifest.fileName)")
}

/// A size for people.
func megabytes(_ bytes: Int) -> String {
    "\((Double(bytes) / 1e5).rounded() / 10) MB"
}
