#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes a file under another name beside it, has it reach the disk, and renames it.
///
/// - Throws: `FaissError.file`, and the old file stays as it was.
package func replaceFile(at url: URL, with data: Data) throws {
    let path = url.path
    let temporary = "\(path).\(UInt64.random(in: .min ... .max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw storageError(path) }
    var failed = !writeAll(data, to: descriptor) || fsync(descriptor) != 0
    failed = close(descriptor) != 0 || failed
    guard !failed, rename(temporary, path) == 0 else {
        let error = storageError(path)
        unlink(temporary)
        throw error
    }
    try syncFolder(url.deletingLastPathComponent().path)
}

private func writeAll(_ data: Data, to descriptor: Int32) -> Bool {
    data.withUnsafeBytes { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = write(descriptor, part.baseAddress, part.count)
            if count < 0, errno != EINTR { return false }
            rest = rest.dropFirst(max(count, 0))
        }
        return true
    }
}

/// Has the new name reach the disk, too.
private func syncFolder(_ path: String) throws {
    let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw storageError(path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw storageError(path) }
}

private func storageError(_ path: String) -> FaissError {
    FaissError.file(path: path, reason: String(cString: strerror(errno)))
}
