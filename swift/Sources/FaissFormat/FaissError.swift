/// Why a FAISS file cannot be read, searched or written.
///
/// Fields are named as in FAISS's own sources, offsets count from the start of the file.
public enum FaissError: Error, Equatable, Sendable {
    /// The file cannot be opened, read or written.
    case file(path: String, reason: String)
    /// The file ends before a field does.
    case truncated(field: String, offset: Int, expected: UInt64, got: Int)
    /// Something that FAISS can write but this library cannot read.
    case unsupported(what: String, got: String)
    /// A field contradicts another one, or is out of its range.
    case inconsistent(field: String, got: String, expected: String)
    /// Indexes lie in one another deeper than allowed.
    case tooDeep(limit: Int)
    /// The index was never trained.
    case untrained
    /// A vector of another width.
    case wrongDimension(got: Int, expected: Int)
    /// An argument out of its range.
    case outOfRange(argument: String, got: Int, expected: String)
}

extension FaissError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .truncated(let field, let offset, let expected, let got):
            "\(field) at byte \(offset): got \(got) bytes, expected \(expected)"
        case .unsupported(let what, let got): "\(what): got \(got), which is not supported"
        case .inconsistent(let field, let got, let expected):
            "\(field): got \(got), expected \(expected)"
        case .tooDeep(let limit): "indexes within indexes: got more than \(limit)"
        case .untrained: "the index was never trained"
        case .wrongDimension(let got, let expected):
            "vector: got \(got) numbers, expected \(expected)"
        case .outOfRange(let argument, let got, let expected):
            "\(argument): got \(got), expected \(expected)"
        }
    }
}
