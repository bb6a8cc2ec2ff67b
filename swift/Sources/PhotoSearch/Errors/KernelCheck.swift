import FaissFormat

extension Kernels {
    /// - Throws: `PhotoSearchError` of kind `usage` if `PHOTOSEARCH_KERNEL` names what this
    ///   processor cannot run.
    package static func checkNamed() throws(PhotoSearchError) {
        do { try check() } catch { throw PhotoSearchError(.usage, "\(error)") }
    }
}
