// Files of the system: mapped to be read, replaced in one step to be written.

import CPhotoSearchKernels

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

#if os(watchOS)
    #error("photosearch is not made for watchOS: no photo library, and on older ones no 64 bits")
#endif

/// The bytes of a file, mapped into memory.
///
/// Foundation's own way costs a process nearly a megabyte more, and its errors differ from one
/// platform to the next; the system's do not.
///
/// - Throws: `FaissError.file`.
package func mapFile(atPath path: String) throws(FaissError) -> Data {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw storageError(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw storageError(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
        throw FaissError.file(path: path, reason: "not a file")
    }
    let count = Int(status.st_size)
    if count == 0 { return Data() }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
        start != MAP_FAILED
    else { throw storageError(path) }
    return Data(bytesNoCopy: start, count: count, deallocator: .unmap)
}

/// The length and the CRC-32 of bytes that were written.
public struct WrittenBytes: Sendable {
    public fileprivate(set) var count = 0
    public fileprivate(set) var crc32: UInt32 = 0
}

/// A file that is written from its start to its end.
package struct NewFile: ~Copyable {
    private let descriptor: Int32
    private let path: String
    package private(set) var written = WrittenBytes()

    fileprivate init(descriptor: Int32, path: String) {
        (self.descriptor, self.path) = (descriptor, path)
    }

    /// - Throws: `FaissError.file`.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard writeAll(bytes, to: descriptor) else { throw storageError(path) }
        written.count += bytes.count
        written.crc32 = ps_crc32(written.crc32, bytes.baseAddress, bytes.count)
    }
}

/// Writes a file under another name beside it, has it reach the disk, and renames it.
///
/// - Parameter fill: Writes all that belongs into the file.
/// - Throws: `FaissError.file` or what `fill` throws, and the old file stays as it was.
package func replaceFile(at url: URL, filling fill: (inout NewFile) throws -> Void) throws {
    let path = url.path
    let temporary = "\(path).\(UInt64.random(in: .min ... .max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw storageError(path) }
    do {
        defer { close(descriptor) }
        var file = NewFile(descriptor: descriptor, path: path)
        try fill(&file)
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw storageError(path) }
    } catch {
        unlink(temporary)
        throw error
    }
    try syncFolder(url.deletingLastPathComponent().path)
}

private func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = write(descriptor, part.baseAddress, part.count)
        if count < 0, errno != EINTR { return false }
        rest = rest.dropFirst(max(count, 0))
    }
    return true
}

/// Has the new name reach the disk, too.
private func syncFolder(_ path: String) throws {
    let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw storageError(path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw storageError(path) }
}

/// What the system says about the call that failed last.
func storageError(_ path: String) -> FaissError {
    FaissError.file(path: path, reason: String(cString: strerror(errno)))
}
