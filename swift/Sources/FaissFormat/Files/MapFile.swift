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
