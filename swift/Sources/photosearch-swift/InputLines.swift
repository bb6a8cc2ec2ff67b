import PhotoSearch

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The texts on stdin, one a line, as they are or as JSON strings.
struct TextLines {
    private var lines = InputLines()
    private let isJSON: Bool

    init(isJSON: Bool) {
        self.isJSON = isJSON
    }

    /// The next text, or nil at the end.
    mutating func next() throws -> String? {
        guard let line = lines.next() else { return nil }
        guard isJSON else { return String(decoding: line, as: UTF8.self) }
        do {
            if let text = try JSONReader.read(line).stringValue { return text }
        } catch {
            throw PhotoSearchError(.usage, "a line is not JSON: \(error)")
        }
        throw PhotoSearchError(.usage, "a line is not a JSON string")
    }
}

/// The lines of stdin, as bytes, without the line feed.
struct InputLines {
    private static let chunk = 1 << 16

    private var buffer: [UInt8] = []
    private var at = 0
    private var isAtEnd = false

    /// The next line, or nil at the end. An empty last line is none.
    mutating func next() -> [UInt8]? {
        var searched = at
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { at = end + 1 }
                return Array(buffer[at..<end])
            }
            if isAtEnd {
                defer { at = buffer.count }
                return at < buffer.count ? Array(buffer[at...]) : nil
            }
            searched = buffer.count - at
            fill()
        }
    }

    private mutating func fill() {
        buffer.removeFirst(at)
        at = 0
        let old = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.chunk))
        let count = buffer.withUnsafeMutableBytes { bytes in
            read(0, bytes.baseAddress.map { $0 + old }, Self.chunk)
        }
        buffer.removeLast(Self.chunk - max(count, 0))
        isAtEnd = count <= 0
    }
}
