// Files of the system: opened, read in parts or mapped, with its own words for what went wrong.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
#endif

/// Why the system refused, in its own words.
struct FileError: Error, Equatable, CustomStringConvertible {
    let code: Int32

    var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    var description: String { String(cString: strerror(code)) }

    static var last: FileError { FileError(code: errno) }
}

/// An open file that is read from its start to its end.
struct OpenFile: ~Copyable {
    private static let chunk = 1 << 18

    let descriptor: Int32

    /// Opens for reading. A folder cannot be.
    init(_ path: String) throws(FileError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // a pipe is not waited for
        guard descriptor >= 0 else { throw .last }
    }

    deinit {
        close(descriptor)
    }

    /// The size in bytes, as it is now.
    func size() throws(FileError) -> Int {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw .last }
        guard info.st_mode & S_IFMT != S_IFDIR else { throw FileError(code: EISDIR) }
        guard info.st_mode & S_IFMT == S_IFREG else { throw FileError(code: ESPIPE) }
        return Int(info.st_size)
    }

    /// So many bytes from its end; fewer if it has fewer.
    func last(_ count: Int) throws(FileError) -> [UInt8] {
        let start = max(try size() - count, 0)
        var bytes = [UInt8](repeating: 0, count: count)
        let got = bytes.withUnsafeMutableBytes {
            pread(descriptor, $0.baseAddress, count, off_t(start))
        }
        guard got >= 0 else { throw .last }
        return Array(bytes.prefix(got))
    }

    /// Gives every chunk in turn to `body`.
    func forEachChunk(_ body: (UnsafeRawBufferPointer) -> Void) throws(FileError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last
            }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// All of a file.
    static func bytes(_ path: String) throws(FileError) -> [UInt8] {
        let file = try OpenFile(path)
        var all: [UInt8] = []
        all.reserveCapacity(try file.size())
        try file.forEachChunk { all.append(contentsOf: $0) }
        return all
    }
}

/// A file's bytes, mapped: pages are read when they are first looked at, and shared.
///
/// The file must be replaced by renaming another over it, never written to or cut short: bytes that
/// go away while they are mapped end the process.
final class MappedFile: Sendable {
    // Sendable: the bytes are never written to, and stay until nobody holds this object
    private nonisolated(unsafe) let base: UnsafeRawPointer?
    let count: Int

    init(_ path: String) throws(FileError) {
        let file = try OpenFile(path)
        count = try file.size()
        guard count > 0 else {
            base = nil  // nothing can be mapped, and nothing need be
            return
        }
        let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0)
        guard let address, address != MAP_FAILED else { throw .last }
        base = UnsafeRawPointer(address)
    }

    deinit {
        if let base { munmap(UnsafeMutableRawPointer(mutating: base), count) }
    }

    /// Gives the bytes to `body`, which must not keep the pointer.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let result = try body(UnsafeRawBufferPointer(start: base, count: count))
        withExtendedLifetime(self) {}
        return result
    }
}
