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

    /// The file's vectors, mapped, or nil if it is missing, damaged or of another generation: it
    /// holds nothing that the catalog does not hold too.
    ///
    /// - Complexity: O(n) in the bytes, which are summed up; 6 ms for 50 MB.
    static func load(path: String, generation: Int64, dim: Int) -> FaissIndex? {
        let url = URL(fileURLWithPath: path)
        guard let data = try? Data(contentsOf: url, options: .alwaysMapped),
            isWhole(data, generation: generation),
            let index = try? FaissIndex(data), index.dimension == dim,
            index.metric == .innerProduct
        else { return nil }
        return index
    }

    static func exists(_ path: String) -> Bool {
        do {
            _ = try OpenFile(path)
            return true
        } catch {
            return false
        }
    }

    private static func isWhole(_ data: Data, generation: Int64) -> Bool {
        data.withUnsafeBytes { bytes in
            let size = bytes.count - footer
            guard size >= 0, bytes[size..<size + 8].elementsEqual(magic) else { return false }
            func number<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
                Value(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: size + offset, as: Value.self)
                )
            }
            return number(8, UInt32.self) == version
                && number(16, UInt64.self) == UInt64(size)
                && number(24, UInt64.self) == UInt64(bitPattern: generation)
                && ps_crc32(0, bytes.baseAddress, size) == number(12, UInt32.self)
        }
    }

    /// Replaces the file in one step.
    ///
    /// - Throws: `PhotoSearchError` of kind `storage`, and the old file stays.
    static func save(_ payload: [UInt8], path: String, generation: Int64) throws {
        var data = Data(payload)
        func add(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
        data.append(contentsOf: magic)
        add(version)
        add(ps_crc32(0, payload, payload.count))
        add(UInt64(payload.count))
        add(UInt64(bitPattern: generation))
        add(UInt64(try FaissIndex(Data(payload)).count))
        add(UInt64(0))
        do {
            try replaceFile(at: URL(fileURLWithPath: path), with: data)
        } catch {
            throw PhotoSearchError(.storage, "\(error); what was committed before is kept")
        }
    }
}
