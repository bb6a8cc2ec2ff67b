#if canImport(os)
    import os
#endif

/// What Console and Instruments show: how long work takes, how much there was, and which kinds of error
/// there were. Names, places and words that are searched for are private.
///
/// Elsewhere than on Apple's systems, nothing.
package enum Trace {
    #if canImport(os)
        private static let subsystem = "photosearch"
        private static let signposter = OSSignposter(subsystem: subsystem, category: "work")
        private static let logger = Logger(subsystem: subsystem, category: "indexing")
    #endif

    /// Shows an interval of this name around some work.
    package static func interval<Result, Failure: Error>(
        _ name: StaticString, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        #if canImport(os)
            // with an id, as several go on at the same time
            let state = signposter.beginInterval(name, id: signposter.makeSignpostID())
            defer { signposter.endInterval(name, state) }
        #endif
        return try body()
    }

    /// Shows an interval of this name around some work.
    package static func interval<Result>(
        _ name: StaticString, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        #if canImport(os)
            // with an id, as several go on at the same time
            let state = signposter.beginInterval(name, id: signposter.makeSignpostID())
            defer { signposter.endInterval(name, state) }
        #endif
        return try await body()
    }

    /// Notes how a pass has ended.
    package static func ended(_ how: String, indexed: Int, pending: Int, failed: Int) {
        #if canImport(os)
            logger.notice(
                """
                pass \(how, privacy: .public): \(indexed, privacy: .public) indexed, \
                \(pending, privacy: .public) pending, \(failed, privacy: .public) failed
                """)
        #endif
    }

    /// Notes an error, whose message may name files.
    package static func failed(_ error: PhotoSearchError) {
        #if canImport(os)
            logger.error(
                "\(error.kind.rawValue, privacy: .public): \(error.message, privacy: .private)")
        #endif
    }
}
