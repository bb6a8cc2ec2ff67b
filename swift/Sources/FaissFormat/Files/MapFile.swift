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
/// - Throws: `FaissError.file`.
func mapFile(at url: URL) throws -> Data {
    do {
        return try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
        throw FaissError.file(path: url.path, reason: whyUnreadable(url.path))
    }
}

/// Foundation's errors differ from one platform to the next; the system's do not.
private func whyUnreadable(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    close(descriptor)
    return "cannot be mapped into memory"
}
