#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

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
