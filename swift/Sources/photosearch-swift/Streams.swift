// The streams of a process: lines and texts of stdin; data on stdout, talk on stderr.

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
    ///
    /// - Parameter waiting: Called before what is not there yet is waited for.
    mutating func next(waiting: () -> Void = {}) throws -> String? {
        guard let line = lines.next(waiting: waiting) else { return nil }
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
    mutating func next(waiting: () -> Void = {}) -> [UInt8]? {
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
            waiting()
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

/// Data on stdout, talk on stderr; both as bytes, so that names that are not UTF-8 survive a pipe.
enum Output {
    static func write(_ text: String) {
        write(Array(text.utf8))
    }

    static func write(_ bytes: [UInt8]) {
        write(bytes, to: 1)
    }

    static func say(_ text: String) {
        write(Array("\(text)\n".utf8), to: 2)
    }

    /// A closed pipe ends the program quietly, as for any filter.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = platformWrite(descriptor, part.baseAddress, part.count)
                if count < 0, errno != EINTR { exit(1) }
                rest = rest.dropFirst(max(count, 0))
            }
        }
    }

    private static func platformWrite(
        _ descriptor: Int32, _ base: UnsafeRawPointer?, _ count: Int
    ) -> Int {
        #if canImport(Darwin)
            Darwin.write(descriptor, base, count)
        #elseif canImport(Glibc)
            Glibc.write(descriptor, base, count)
        #else
            Musl.write(descriptor, base, count)
        #endif
    }
}
