/// A `.safetensors` file, mapped: named arrays behind a JSON header.
///
/// Format: https://github.com/huggingface/safetensors. Every offset is checked before it is used.
struct Safetensors: Sendable {
    /// What the values are. Others are errors.
    enum Element: String, Sendable {
        case float16 = "F16"
        case float32 = "F32"
        case float64 = "F64"
        case int8 = "I8"
        case int64 = "I64"
        case uint8 = "U8"
        case uint16 = "U16"

        var size: Int {
            switch self {
            case .float16, .uint16: 2
            case .float32: 4
            case .float64, .int64: 8
            case .int8, .uint8: 1
            }
        }
    }

    /// Where an array lies in the file.
    struct Entry: Sendable, Equatable {
        let element: Element
        let shape: [Int]
        let range: Range<Int>
    }

    private static let mostHeader = 100_000_000  // bytes, as the reference

    let file: MappedFile
    let entries: [String: Entry]
    let metadata: [String: String]

    /// - Parameter kind: Of the error.
    /// - Throws: `PhotoSearchError` of that kind if the file is missing or damaged.
    init(path: String, kind: PhotoSearchError.Kind = .bundle) throws(PhotoSearchError) {
        do {
            file = try MappedFile(path)
        } catch {
            throw PhotoSearchError(kind, "\(path): \(error)")
        }
        do {
            (entries, metadata) = try file.withBytes { bytes throws(Damage) in
                try Self.header(bytes)
            }
        } catch {
            throw PhotoSearchError(kind, "\(path) is damaged: \(error.problem)")
        }
    }

    private struct Damage: Error {
        let problem: String
    }

    private static func header(
        _ bytes: UnsafeRawBufferPointer
    ) throws(Damage) -> ([String: Entry], [String: String]) {
        guard bytes.count >= 8 else { throw Damage(problem: "got \(bytes.count) bytes") }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(min(mostHeader, bytes.count - 8)) else {
            throw Damage(problem: "header: got \(length) bytes of \(bytes.count - 8)")
        }
        let start = 8 + Int(length)
        let json = UnsafeRawBufferPointer(rebasing: bytes[8..<start])
        let value: JSONValue
        do {
            value = try JSONReader.read(json.assumingMemoryBound(to: UInt8.self))
        } catch {
            throw Damage(problem: "header: \(error)")
        }
        var entries: [String: Entry] = [:]
        for member in value.objectValue ?? [] where member.key != "__metadata__" {
            entries[member.key] = try entry(member, start: start)
        }
        try check(entries.values.map(\.range), start..<bytes.count)
        let metadata = value["__metadata__"]?.objectValue ?? []
        return (
            entries,
            Dictionary(metadata.map { ($0.key, $0.value.stringValue ?? "") }) { $1 }
        )
    }

    private static func entry(_ member: JSONValue.Member, start: Int) throws(Damage) -> Entry {
        let shape = member.value["shape"]?.arrayValue?.compactMap(\.integerValue)
        let offsets = member.value["data_offsets"]?.arrayValue?.compactMap(\.integerValue)
        guard let name = member.value["dtype"]?.stringValue, let element = Element(rawValue: name),
            let shape, let offsets, offsets.count == 2, let size = size(shape, element),
            offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] - offsets[0] == size,
            !start.addingReportingOverflow(offsets[1]).overflow
        else {
            throw Damage(problem: "tensor \(member.key): a type, shape or place that cannot be")
        }
        return Entry(
            element: element, shape: shape, range: start + offsets[0]..<start + offsets[1])
    }

    private static func size(_ shape: [Int], _ element: Element) -> Int? {
        var size = element.size
        for side in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: side)
            if overflow || side < 0 { return nil }
            size = product
        }
        return size
    }

    /// The arrays fill the file: no gaps, no overlaps, nothing behind them.
    private static func check(_ ranges: [Range<Int>], _ whole: Range<Int>) throws(Damage) {
        var end = whole.lowerBound
        for range in ranges.sorted(by: {
            ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
        }) {
            guard range.lowerBound == end else {
                throw Damage(problem: "tensors overlap or leave gaps")
            }
            end = range.upperBound
        }
        guard end == whole.upperBound else {
            throw Damage(problem: "got \(whole.upperBound) bytes, expected \(end)")
        }
    }

    /// Floating-point values of an array as fp32.
    func floats(_ entry: Entry) -> [Float] {
        file.withBytes { bytes in
            let part = UnsafeRawBufferPointer(rebasing: bytes[entry.range])
            return (0..<part.count / entry.element.size).map { index in
                switch entry.element {
                case .float32: part.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
                case .float16:
                    Half.float(part.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
                case .float64:
                    Float(part.loadUnaligned(fromByteOffset: 8 * index, as: Double.self))
                case .int64: Float(part.loadUnaligned(fromByteOffset: 8 * index, as: Int64.self))
                case .int8: Float(part.load(fromByteOffset: index, as: Int8.self))
                case .uint8: Float(part[index])
                case .uint16: Float(part.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
                }
            }
        }
    }
}
