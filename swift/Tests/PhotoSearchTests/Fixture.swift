import Foundation
import Testing

@testable import PhotoSearch

/// What Python wrote for Swift to agree with, in `swift/Fixtures`.
///
/// A file is only read if its hash is the one in SHA256SUMS.
enum Fixture {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    struct Changed: Error {
        let name: String
    }

    private static let sums: [String: String] = {
        let text =
            (try? String(contentsOf: folder.appendingPathComponent("SHA256SUMS"), encoding: .utf8))
        let lines = (text ?? "").split(separator: "\n").map { $0.split(separator: " ") }
        return Dictionary(lines.map { (String($0[1]), String($0[0])) }) { $1 }
    }()

    static func path(_ name: String) throws -> String {
        let path = folder.appendingPathComponent(name).path
        guard SHA256Hasher.hex(try OpenFile.bytes(path)) == sums[name] else {
            throw Changed(name: name)
        }
        return path
    }

    static func json(_ name: String) throws -> JSONValue {
        try JSONReader.read(OpenFile.bytes(path(name)))
    }
}

extension JSONValue {
    /// The strings of a list.
    var strings: [String] { (arrayValue ?? []).compactMap(\.stringValue) }

    /// The whole numbers of a list.
    var ids: [Int32] { (arrayValue ?? []).compactMap { $0.integerValue.map(Int32.init) } }
}

/// An empty folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func write(_ name: String, _ bytes: some Collection<UInt8>) throws -> String {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }
}

extension Space {
    static func test(dim: Int) -> Space {
        Space(
            space: "ab", model: "test", dim: dim, calibration: Calibration(scale: 10, bias: -5))
    }
}

extension FoundPhoto {
    /// `/p/name`, as it was at some time.
    static func test(_ name: some CustomStringConvertible, size: Int64 = 1) -> FoundPhoto {
        FoundPhoto(source: PhotoSource("/p/\(name)"), sizeBytes: size, modifiedNS: 5)
    }
}
