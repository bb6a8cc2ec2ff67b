import FaissFormat
import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A file written by `numpy.save`: little-endian numbers in rows.
///
/// Format: numpy.lib.format, versions 1.0 to 3.0.
struct NumpyFile {
    private let path: String
    private let data: Data
    /// Where the numbers begin.
    private let start: Int
    private let type: String
    /// The length of each axis.
    let shape: [Int]

    /// - Throws: `PhotoSearchError` of kind `usage` if it is not such a file.
    init(path: String) throws {
        self.path = path
        do {
            data = try mapFile(atPath: path)
        } catch {
            throw PhotoSearchError(.usage, "\(error)")
        }
        let header = try Self.header(data, path: path)
        start = header.end
        type = try Self.field("'descr': '", until: "'", in: header.text, path: path)
        let order = try Self.field("'fortran_order': ", until: ",", in: header.text, path: path)
        let shape = try Self.field("'shape': (", until: ")", in: header.text, path: path)
        self.shape = shape.split(whereSeparator: { ", ".contains($0) }).map { Int($0) ?? -1 }
        guard order == "False" || self.shape.count < 2, self.shape.allSatisfy({ $0 >= 0 }) else {
            throw PhotoSearchError(
                .usage, "\(path): got shape (\(shape)), fortran_order \(order), expected C order")
        }
    }

    private static func header(_ data: Data, path: String) throws -> (text: String, end: Int) {
        let bytes = [UInt8](data.prefix(12))
        guard bytes.count == 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw PhotoSearchError(.usage, "\(path): expected a .npy file")
        }
        let isLong = bytes[6] >= 2
        let length = (0..<(isLong ? 4 : 2)).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        let begin = isLong ? 12 : 10
        guard length <= data.count - begin else {
            throw PhotoSearchError(.usage, "\(path): the file is not complete")
        }
        let text = String(decoding: data.dropFirst(begin).prefix(length), as: UTF8.self)
        return (text, begin + length)
    }

    private static func field(
        _ name: String, until end: Character, in header: String, path: String
    ) throws -> String {
        guard let found = header.indices.first(where: { header[$0...].hasPrefix(name) }) else {
            throw PhotoSearchError(.usage, "\(path): the header lacks \(name)")
        }
        return String(header[found...].dropFirst(name.count).prefix { $0 != end })
    }

    /// float32 or float64 numbers of one or two axes, row by row.
    func rows() throws -> [[Float]] {
        guard (1...2).contains(shape.count), let width = shape.last else {
            throw PhotoSearchError(.usage, "\(path): got shape \(shape), expected one or two axes")
        }
        let count = shape.count == 1 ? 1 : shape[0]
        let numbers: [Float] =
            switch type {
            case "<f4": try load(count, width, as: Float.self)
            case "<f8": try load(count, width, as: Double.self).map { Float($0) }
            default:
                throw PhotoSearchError(.usage, "\(path): got \(type), expected <f4 or <f8")
            }
        return (0..<count).map { Array(numbers[$0 * width..<($0 + 1) * width]) }
    }

    /// int64 numbers of one axis.
    func integers() throws -> [Int64] {
        guard type == "<i8", shape.count == 1 else {
            throw PhotoSearchError(
                .usage, "\(path): got \(type) of shape \(shape), expected <i8 of one axis")
        }
        return try load(shape[0], 1, as: Int64.self)
    }

    private func load<Number: BitwiseCopyable>(
        _ rows: Int, _ width: Int, as number: Number.Type
    ) throws -> [Number] {
        let (count, overflow) = rows.multipliedReportingOverflow(by: width)
        let room = (data.count - start) / MemoryLayout<Number>.size
        guard !overflow, count <= room else {
            throw PhotoSearchError(.usage, "\(path): the file is not complete")
        }
        return data.withUnsafeBytes { bytes in
            (0..<count).map { place in
                let offset = start + place * MemoryLayout<Number>.size
                return bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
            }
        }
    }
}
