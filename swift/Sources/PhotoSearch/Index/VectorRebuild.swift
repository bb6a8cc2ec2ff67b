import CPhotoSearchKernels
import FaissFormat

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The vectors of a catalog, built from its embeddings alone, byte for byte as Python builds them.
enum VectorRebuild {
    /// In memory, in the order of ids.
    ///
    /// - Throws: `PhotoSearchError` of kind `indexDamaged` if the catalog cannot be read.
    static func index(of catalog: Catalog, dim: Int) throws -> FaissIndex {
        let bytes = try payload(of: catalog, dim: dim)
        do {
            return try FaissIndex(Data(bytes))
        } catch {
            throw PhotoSearchError(.indexDamaged, "\(catalog.database.path): \(error)")
        }
    }

    /// The faiss part of `vectors.faiss`.
    static func payload(of catalog: Catalog, dim: Int) throws -> [UInt8] {
        let kind = try catalog.meta("kind")
        guard case .text(let name) = kind, let codec = Codec(rawValue: name) else {
            let names = Codec.allCases.map(\.rawValue).joined(separator: ", ")
            throw PhotoSearchError(
                .indexDamaged, "\(catalog.database.path): kind: expected one of \(names)")
        }
        var ids: [Int64] = []
        var codes: [UInt8] = []
        let trained = codec == .sq8 ? try Extremes(of: catalog, dim: dim).trained : []
        let inOrder = """
            SELECT p.id, e.vector FROM photos p CROSS JOIN embeddings e
            ON e.content_hash = p.content_hash WHERE p.status = 'indexed' ORDER BY p.id
            """
        try catalog.database.query(inOrder) { row in
            ids.append(row.integer(0) ?? -1)
            codec.append(try Catalog.decode(row.bytes(1), dim: dim), trained, to: &codes)
            return true
        }
        return FaissBytes(dim: dim, ids: ids, codes: codes, codec: codec, trained: trained).all
    }

    /// The kinds of `photosearch/index/vectors.py`.
    enum Codec: String, CaseIterable {
        case sq8 = "SQ8"
        case sqfp16 = "SQfp16"
        case flat = "Flat"

        func append(_ vector: [Float], _ trained: [Float], to codes: inout [UInt8]) {
            let dim = vector.count
            switch self {
            case .flat:
                for value in vector { codes.append(contentsOf: bytes(of: value.bitPattern)) }
            case .sqfp16:
                // stored values came from fp16, so they go back without rounding
                for value in vector { codes.append(contentsOf: bytes(of: Half.bits(value))) }
            case .sq8:
                for (column, value) in vector.enumerated() {
                    let width = trained[dim + column]
                    let share = width == 0 ? 0 : (value - trained[column]) / width
                    codes.append(UInt8(min(max(share, 0), 1) * 255))
                }
            }
        }
    }

    /// The least value of every dimension, then how much greater the greatest is.
    private struct Extremes {
        private(set) var trained: [Float]

        init(of catalog: Catalog, dim: Int) throws {
            var low = [Float](repeating: .infinity, count: dim)
            var high = [Float](repeating: -.infinity, count: dim)
            try catalog.database.query("SELECT vector FROM embeddings") { row in
                for (column, value) in try Catalog.decode(row.bytes(0), dim: dim).enumerated() {
                    low[column] = min(low[column], value)
                    high[column] = max(high[column], value)
                }
                return true
            }
            let isEmpty = low.first == .infinity  // no photos: all zero
            trained = isEmpty ? Array(repeating: 0, count: 2 * dim) : low + zip(high, low).map(-)
        }
    }
}

/// `IDMap2,<kind>` as faiss writes it, little-endian and packed.
private struct FaissBytes {
    private(set) var all: [UInt8] = []

    init(dim: Int, ids: [Int64], codes: [UInt8], codec: VectorRebuild.Codec, trained: [Float]) {
        add("IxM2")
        addHeader(dim, ids.count)
        switch codec {
        case .flat:
            add("IxFI")
            addHeader(dim, ids.count)
            add(UInt64(codes.count / 4))
        case .sq8, .sqfp16:
            add("IxSQ")
            addHeader(dim, ids.count)
            add(UInt32(codec == .sq8 ? 0 : 4))  // quantizer type
            add(UInt32(0))  // range statistic: min and max
            add(UInt32(0))  // and its argument, 0.0
            add(UInt64(dim))
            add(UInt64(codec == .sq8 ? dim : 2 * dim))  // bytes a vector
            add(UInt64(trained.count))
            for value in trained { add(value.bitPattern) }
            add(UInt64(codes.count))
        }
        all += codes
        add(UInt64(ids.count))
        for id in ids { add(UInt64(bitPattern: id)) }
    }

    private mutating func add(_ fourcc: String) {
        all += Array(fourcc.utf8)
    }

    private mutating func add(_ value: some FixedWidthInteger) {
        all += bytes(of: value)
    }

    private mutating func addHeader(_ dim: Int, _ count: Int) {
        add(UInt32(dim))
        add(UInt64(count))
        add(UInt64(1 << 20))
        add(UInt64(1 << 20))
        all.append(1)  // trained
        add(UInt32(0))  // inner product
    }
}

private func bytes(of value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
