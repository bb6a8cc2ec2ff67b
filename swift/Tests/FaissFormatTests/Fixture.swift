import CPhotoSearchKernels
import FaissFormat
import Foundation

/// What faiss wrote for Swift to agree with, in `swift/Fixtures`.
///
/// A file is only read if its hash is the one in SHA256SUMS.
enum Fixture {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    struct Changed: Error {
        let name: String
    }

    static func data(_ name: String) throws -> Data {
        let data = try Data(contentsOf: folder.appendingPathComponent(name))
        let sums = try String(
            contentsOf: folder.appendingPathComponent("SHA256SUMS"), encoding: .utf8)
        guard sums.contains("\(hex(data))  \(name)\n") else { throw Changed(name: name) }
        return data
    }

    private static func hex(_ data: Data) -> String {
        var hash = ps_sha256()
        var digest = [UInt8](repeating: 0, count: 32)
        ps_sha256_begin(&hash)
        ps_sha256_add(&hash, [UInt8](data), data.count)
        ps_sha256_end(&hash, &digest)
        return digest.map { String(format: "%02x", $0) }.joined()
    }
}

/// What faiss found in an index.
struct Record: Decodable, Sendable, CustomStringConvertible {
    struct Only: Decodable, Sendable {
        let permitted: [Int64]
        let ids: [[Int64]]
        let scores: [[Float?]]
    }

    let name: String
    let kind: String
    let metric: String
    let count: Int
    let queries: [[Float]]
    let ids: [[Int64]]
    let scores: [[Float?]]
    let only: Only?

    var description: String { name }

    static let all: [Record] = {
        let data = try? Fixture.data("indexes.json")
        return (try? JSONDecoder().decode([Record].self, from: data ?? Data())) ?? []
    }()

    func data() throws -> Data { try Fixture.data("indexes/\(name).faiss") }

    func index() throws -> FaissIndex { try FaissIndex(data()) }
}

extension Record {
    /// Whether neighbours are those that faiss found: the same ids, scores within 1e-5.
    static func agree(_ got: [Neighbour], ids: [Int64], scores: [Float?]) -> Bool {
        let expected = zip(ids, scores).filter { $0.0 >= 0 }
        return got.map(\.id) == expected.map(\.0)
            && zip(got, expected).allSatisfy { hit, expected in
                guard let score = expected.1 else { return false }
                return abs(hit.score - score) <= 1e-5 * max(1, abs(score))
            }
    }
}
