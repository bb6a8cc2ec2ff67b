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
        let url = URL(fileURLWithPath: path)
        guard let data = try? Data(contentsOf: url, options: .alwaysMapped),
            let generation = generation(of: data), generation >= oldest, generation <= newest,
            let index = try? FaissIndex(data), index.dimension == dim,
            index.metric == .innerProduct
        else { return nil }
        return (index, generation)
    }

    static func exists(_ path: String) -> Bool {
        do {
            _ = try OpenFile(path)
            return true
        } catch {
            return false
        }
    }

    /// What the footer tells, if the bytes before it are as they were written.
    private static func generation(of data: Data) -> Int64? {
        data.withUnsafeBytes { bytes in
            let size = bytes.count - footer
            guard size >= 0, bytes[size..<size + 8].elementsEqual(magic) else { return nil }
            func number<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
                Value(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: size + offset, as: Value.self)
                )
            }
            guard number(8, UInt32.self) == version, number(16, UInt64.self) == UInt64(size),
                ps_crc32(0, bytes.baseAddress, size) == number(12, UInt32.self)
            else { return nil }
            return Int64(bitPattern: number(24, UInt64.self))
        }
    }

    /// Replaces the file in one step.
    ///
    /// - Throws: `PhotoSearchError` of kind `storage`, and the old file stays.
    static func save(_ vectors: FaissWriter, path: String, generation: Int64) throws {
        do {
            try vectors.write(to: URL(fileURLWithPath: path)) { written in
                footer(after: written, generation: generation, count: vectors.count)
            }
        } catch {
            throw PhotoSearchError(.storage, "\(error); what was committed before is kept")
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
