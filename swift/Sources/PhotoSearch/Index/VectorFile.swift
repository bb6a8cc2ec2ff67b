import CPhotoSearchKernels
import FaissFormat

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `vectors.faiss`: what faiss writes for `IDMap2,<kind>`, followed by a footer of 48 bytes.
///
/// Little-endian: magic `PSFOOTER`, u32 footer version, u32 CRC-32 of the faiss part, u64 its
/// length, u64 generation of the catalog, u64 number of vectors, 8 bytes zero.
enum VectorFile {
    static let fileName = "vectors.faiss"
    private static let magic = Array("PSFOOTER".utf8)
    private static let version: UInt32 = 1
    private static let footer = 48  // bytes

    /// The file's vectors, mapped, and their generation; nil if it is missing, damaged, or of a
    /// generation before `oldest` or after `newest`: it holds nothing that the catalog does not
    /// hold too.
    ///
    /// - Complexity: O(n) in the bytes, which are summed up; 6 ms for 50 MB.
    static func load(
        path: String, oldest: Int64, newest: Int64, dim: Int
    ) -> (index: FaissIndex, generation: Int64)? {
        guard let found = try? read(path: path, dim: dim), found.generation >= oldest,
            found.generation <= newest
        else { return nil }
        return found
    }

    /// The file's vectors, if the catalog knows all that has changed since.
    static func load(
        path: String, for catalog: Catalog, dim: Int
    ) throws -> (index: FaissIndex, generation: Int64)? {
        load(
            path: path, oldest: try catalog.compacted(), newest: try catalog.generation(), dim: dim)
    }

    /// The file's vectors, mapped, and their generation.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexDamaged`, with the reason, if it is missing or
    ///   not what was written.
    static func read(
        path: String, dim: Int
    ) throws(PhotoSearchError) -> (index: FaissIndex, generation: Int64) {
        func damage(_ problem: String) -> PhotoSearchError {
            PhotoSearchError(.indexDamaged, "\(path)\(problem)")
        }
        do {
            _ = try OpenFile(path).size()
        } catch {
            throw damage(error.isMissing ? " is missing" : " cannot be read: \(error)")
        }
        guard let data = try? mapFile(atPath: path) else { throw damage(" cannot be read") }
        let index: FaissIndex
        let generation: Int64
        do {
            generation = try Self.generation(of: data)
            index = try FaissIndex(data)
        } catch {
            throw damage(": \(error)")
        }
        guard index.dimension == dim, index.metric == .innerProduct else {
            throw damage(": got width \(index.dimension), expected \(dim) for inner products")
        }
        return (index, generation)
    }

    /// What the footer tells, whatever is before it; nil if there is none.
    static func generation(path: String) -> Int64? {
        guard let bytes = try? OpenFile(path).last(footer), bytes.count == footer,
            bytes.starts(with: magic)
        else { return nil }
        return bytes.withUnsafeBytes { bytes in
            Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: Int64.self))
        }
    }

    private struct Damage: Error, CustomStringConvertible {
        let description: String
    }

    /// What the footer tells, if the bytes before it are as they were written.
    private static func generation(of data: Data) throws -> Int64 {
        try data.withUnsafeBytes { bytes in
            let size = bytes.count - footer
            guard size >= 0 else {
                throw Damage(description: "got \(bytes.count) bytes, expected a footer")
            }
            func number<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
                Value(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: size + offset, as: Value.self)
                )
            }
            guard bytes[size..<size + 8].elementsEqual(magic), number(8, UInt32.self) == version,
                number(16, UInt64.self) == UInt64(size)
            else {
                throw Damage(description: "the footer is damaged, or the file is not complete")
            }
            let (got, expected) = (ps_crc32(0, bytes.baseAddress, size), number(12, UInt32.self))
            guard got == expected else {
                throw Damage(description: "got CRC-32 \(hex(got)), expected \(hex(expected))")
            }
            return Int64(bitPattern: number(24, UInt64.self))
        }
    }

    /// Eight digits.
    private static func hex(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Replaces the file in one step. Only whoever holds the writer lock may.
    ///
    /// - Throws: `PhotoSearchError` of kind `storage`, and the old file stays.
    static func save(_ vectors: FaissWriter, path: String, generation: Int64) throws {
        sweep(path)
        do {
            try vectors.write(to: URL(fileURLWithPath: path)) { written in
                footer(after: written, generation: generation, count: vectors.count)
            }
        } catch {
            throw PhotoSearchError(.storage, "\(error); what was committed before is kept")
        }
    }

    /// Removes what writers that were killed have left of new files.
    private static func sweep(_ path: String) {
        let file = URL(fileURLWithPath: path)
        let folder = file.deletingLastPathComponent().path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names
        where name.hasPrefix("\(file.lastPathComponent).") && name.hasSuffix(".tmp") {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    private static func footer(
        after written: WrittenBytes, generation: Int64, count: Int
    ) -> Data {
        var data = Data(magic)
        func add(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
        add(version)
        add(written.crc32)
        add(UInt64(written.count))
        add(UInt64(bitPattern: generation))
        add(UInt64(count))
        add(UInt64(0))
        return data
    }
}
