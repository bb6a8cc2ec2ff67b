import FaissFormat

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
#endif

/// One writer at a time: the operating-system lock that Python takes too, gone with its process
/// however that ends. Readers are never in the way.
struct WriterLock: ~Copyable {
    static let fileName = "writer.lock"
    private static let pauses = (
        first: Duration.milliseconds(5), longest: Duration.milliseconds(250)
    )

    private let descriptor: Int32

    /// - Throws: `PhotoSearchError` of kind `indexLocked` at once if somebody else is writing,
    ///   `storage` if the folder cannot be written to.
    init(directory: String) throws(PhotoSearchError) {
        let path = "\(directory)/\(Self.fileName)"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw PhotoSearchError(.storage, "\(path): \(FileError.last)")
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw PhotoSearchError(
                    .indexLocked,
                    """
                    \(directory): another process is writing to this index; searching works \
                    meanwhile, try to write again when it is done
                    """)
            }
            // who held it before may have deleted the file: then the lock is of nothing
            if Self.isSame(descriptor, path) {
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Waits for whoever is writing, in this process or another.
    ///
    /// - Parameter isolation: Of the caller, who is not left if nobody is writing.
    /// - Throws: `PhotoSearchError` of kind `indexLocked` after so long, `storage`;
    ///   `CancellationError`.
    static func take(
        directory: String, patience: Duration, isolation: isolated (any Actor)? = #isolation
    ) async throws -> WriterLock {
        let end = ContinuousClock.now + patience
        var pause = pauses.first
        while true {
            do throws(PhotoSearchError) {
                return try WriterLock(directory: directory)
            } catch {
                guard error.kind == .indexLocked, ContinuousClock.now < end else { throw error }
            }
            try await Task.sleep(for: min(pause, end - ContinuousClock.now))
            pause = min(pause * 2, pauses.longest)
        }
    }

    private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
        var held = stat()
        var named = stat()
        return fstat(descriptor, &held) == 0 && stat(path, &named) == 0
            && held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }
}
