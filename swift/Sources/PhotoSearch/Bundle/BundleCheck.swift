// Checks a bundle against its manifest and says what is wrong with it.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One thing that is wrong with a bundle.
public struct BundleFault: Sendable, Equatable, CustomStringConvertible {
    /// As in `photosearch model verify`.
    public enum Kind: String, Sendable, CaseIterable {
        case changed, missing, extra, unreadable, shape, space, tokenizer, card
    }

    public let kind: Kind
    /// A path inside the bundle, or a field of its manifest.
    public let place: String
    /// What was got, and what was expected.
    public let detail: String

    public var description: String { "\(kind.rawValue): \(place): \(detail)" }
}

/// What a check of a bundle found.
public struct BundleReport: Sendable, Equatable {
    /// Files in it, and their bytes.
    public let files: Int
    public let sizeBytes: Int
    /// In the order of their places.
    public let faults: [BundleFault]

    public var isSound: Bool { faults.isEmpty }
}

extension ModelBundle {
    /// Checks everything that can be without running a package: the size and SHA-256 of each file,
    /// that no file is missing or does not belong, and that the text tower can be read.
    ///
    /// What the packages hold is checked by `photosearch model verify`.
    ///
    /// - Complexity: O(n) in the size of the bundle.
    public func check() -> BundleReport {
        var faults: [BundleFault] = []
        var sizeBytes = 0
        let found = Self.files(below: path)
        for (name, isFile) in found.sorted(by: { $0.key < $1.key }) {
            guard isFile else {
                let detail = "got a link or device, expected a file"
                faults.append(BundleFault(kind: .extra, place: name, detail: detail))
                continue
            }
            do throws(PhotoSearchError) {
                let got = try entry(name)
                sizeBytes += got.sizeBytes
                faults += fault(name, got).map { [$0] } ?? []
            } catch {
                faults.append(BundleFault(kind: .unreadable, place: name, detail: error.message))
            }
        }
        for name in manifest.files.keys where found[name] == nil {
            faults.append(BundleFault(kind: .missing, place: name, detail: "not there"))
        }
        faults += parts()
        faults.sort { ($0.place, $0.kind.rawValue) < ($1.place, $1.kind.rawValue) }
        return BundleReport(
            files: found.values.count { $0 }, sizeBytes: sizeBytes, faults: faults)
    }

    private func fault(_ name: String, _ got: FileEntry) -> BundleFault? {
        if name == Manifest.fileName { return nil }
        guard let expected = manifest.files[name] else {
            return BundleFault(kind: .extra, place: name, detail: "not in the manifest")
        }
        if got == expected { return nil }
        return BundleFault(
            kind: .changed, place: name,
            detail: """
                got sha256 \(got.sha256.prefix(12)) (\(got.sizeBytes) bytes), \
                expected \(expected.sha256.prefix(12)) (\(expected.sizeBytes) bytes)
                """)
    }

    /// What the manifest promises beside files.
    private func parts() -> [BundleFault] {
        var faults: [BundleFault] = []
        func attempt(
            _ kind: BundleFault.Kind, _ place: String, _ body: () throws(PhotoSearchError) -> Void
        ) {
            do throws(PhotoSearchError) {
                try body()
            } catch {
                faults.append(BundleFault(kind: kind, place: place, detail: error.message))
            }
        }
        let card = "MODEL_CARD.md"
        if manifest.files[card] == nil {
            let detail = "the manifest lists none"
            faults.append(BundleFault(kind: .card, place: card, detail: detail))
        }
        if manifest.text.tokenizer != .huggingFace {
            attempt(.tokenizer, "tokenizer") { () throws(PhotoSearchError) in _ = try tokenizer() }
        }
        if manifest.architecture == Self.architecture {
            attempt(.space, "space") { () throws(PhotoSearchError) in try verifySpace() }
            attempt(.shape, Self.weights) { () throws(PhotoSearchError) in
                _ = try PortableTextEncoder(self)
            }
        }
        return faults
    }

    /// Everything below a folder, by its path there, and whether it is a plain file.
    private static func files(below folder: String) -> [String: Bool] {
        var found: [String: Bool] = [:]
        var folders = [""]
        while let inside = folders.popLast() {
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: folder + inside)) ?? []
            for name in names {
                let place = "\(inside)/\(name)"
                let kind = try? FileManager.default.attributesOfItem(atPath: folder + place)[.type]
                if kind as? FileAttributeType == .typeDirectory {
                    folders.append(place)
                } else {
                    found[String(place.dropFirst())] = kind as? FileAttributeType == .typeRegular
                }
            }
        }
        return found
    }
}
