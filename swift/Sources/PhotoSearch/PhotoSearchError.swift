import FaissFormat

/// What can go wrong, as in Python: `kind` is what a program acts on, `message` what a person
/// reads.
///
/// Messages say what was got and what was expected.
public struct PhotoSearchError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The error classes of `photosearch/errors.py` that this package can meet, and two
    /// that only an app can.
    public enum Kind: String, Sendable, CaseIterable {
        /// An argument that makes no sense.
        case usage
        /// An empty query, or parts of one that cancel each other out.
        case query
        /// A photo that is damaged, or in a format that is not known.
        case image
        /// The model bundle is missing, damaged or too new.
        case bundle
        /// Weights that do not fit the architecture.
        case model
        /// An array of the wrong length, or a token that does not exist.
        case shape
        /// No index at that place.
        case indexMissing
        /// The catalog or the vectors cannot be read.
        case indexDamaged
        /// An index written by a later version.
        case indexTooNew
        /// The index belongs to another model.
        case wrongSpace
        /// Another process is writing.
        case indexLocked
        /// Disk full, read-only or not permitted.
        case storage
        /// So many photos seem to be gone that none is removed without being told to.
        case massRemoval
        /// The person has not let the app see their photo library.
        case access
        /// The system gives the app no time in the background, by the person's choice or at all.
        case backgroundOff
    }

    public let kind: Kind
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }

    /// What a command line returns for it, the same as Python's.
    package var exitCode: Int32 {
        switch kind {
        case .access, .backgroundOff: 1
        case .usage, .query: 2
        case .image: 4
        case .bundle, .model: 5
        case .shape: 6
        case .indexMissing, .indexDamaged, .indexTooNew, .wrongSpace, .indexLocked: 7
        case .storage: 8
        case .massRemoval: 9
        }
    }
}

extension Kernels {
    /// - Throws: `PhotoSearchError` of kind `usage` if `PHOTOSEARCH_KERNEL` names what this
    ///   processor cannot run.
    package static func checkNamed() throws(PhotoSearchError) {
        do { try check() } catch { throw PhotoSearchError(.usage, "\(error)") }
    }
}
