/// The arrays of an embeddings file: what an index knows of its N indexed photos, in the order of
/// ids, as `photosearch/index/embeddings/file_format.py` describes it.
///
/// A safetensors file whose bytes depend on the index alone: the metadata's keys are sorted, the
/// arrays come in the order in which the safetensors library writes them (by type, then by name),
/// the header is JSON without spaces, filled up with some to a multiple of 8 bytes.
enum EmbeddingsField: String, CaseIterable {
    // in the order of the file
    case cameraEnd = "camera_end"
    case height
    case modified = "mtime_ns"
    case size
    case sourceEnd = "source_end"
    case takenAt = "taken_at"
    case utcOffset = "utc_offset_min"
    case width
    case latitude
    case longitude
    case vectors
    case media
    case camera
    case contentHash = "content_hash"
    case favourite
    case source

    static let format = "photosearch-embeddings"
    static let version = "1"
    /// Stands for a whole number that is not known. A real one is NaN, a camera empty.
    static let missing = Int64.min

    var element: Safetensors.Element {
        switch self {
        case .cameraEnd, .height, .modified, .size, .sourceEnd, .takenAt, .utcOffset, .width:
            .int64
        case .latitude, .longitude: .float64
        case .vectors: .float16
        case .media: .uint16
        case .camera, .contentHash, .favourite, .source: .uint8
        }
    }

    /// As files of former versions have it.
    var formerElement: Safetensors.Element { self == .media ? .uint8 : element }

    /// What the array is made from: a column of `photos`, or of `embeddings`.
    var column: String {
        switch self {
        case .cameraEnd: "p.camera"
        case .sourceEnd: "p.source"
        case .vectors: "e.vector"
        default: "p.\(rawValue)"
        }
    }
}

/// How much an embeddings file holds.
struct EmbeddingsSize: Equatable {
    static let hash = 32  // bytes of SHA-256

    let count: Int
    let dim: Int
    /// Bytes of all names, and of all cameras.
    let sources, cameras: Int

    func shape(_ field: EmbeddingsField) -> [Int] {
        switch field {
        case .vectors: [count, dim]
        case .contentHash: [count, Self.hash]
        case .source: [sources]
        case .camera: [cameras]
        default: [count]
        }
    }

    /// All before the arrays: the length of the JSON (u64, little-endian), and the JSON.
    func header(_ metadata: [String: String]) -> [UInt8] {
        let pairs = metadata.sorted { $0.key < $1.key }.map { name, value in
            "\(JSONOutput.string(name)):\(JSONOutput.string(value))"
        }
        var entries = ["\"__metadata__\":{\(pairs.joined(separator: ","))}"]
        var start = 0
        for field in EmbeddingsField.allCases {
            let shape = shape(field)
            let end = start + shape.reduce(field.element.size, *)
            let sides = shape.map { "\($0)" }.joined(separator: ",")
            entries.append(
                """
                "\(field.rawValue)":{"dtype":"\(field.element.rawValue)","shape":[\(sides)],\
                "data_offsets":[\(start),\(end)]}
                """)
            start = end
        }
        var json = Array("{\(entries.joined(separator: ","))}".utf8)
        json += Array(repeating: UInt8(ascii: " "), count: -json.count & 7)
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
    }
}
