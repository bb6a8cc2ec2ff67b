import PhotoSearch

/// What a text package is fed, by the names in the manifest.
enum TextInputs {
    /// One input's values, in the order of their indexes.
    ///
    /// - Parameters:
    ///   - ids: With start and end, not padded.
    ///   - padID: What `ids` are filled up with.
    /// - Throws: `PhotoSearchError` of kind `shape` for more tokens than the input takes, of kind
    ///   `bundle` for an input of another name.
    static func values(
        _ port: PackageSpec.Port, ids: [Int32], padID: Int32
    ) throws(PhotoSearchError) -> [Int32] {
        let count = port.shape.reduce(1, *)
        guard (1...count).contains(ids.count) else {
            throw PhotoSearchError(.shape, "tokens: got \(ids.count), expected 1 to \(count)")
        }
        let padding = count - ids.count
        switch port.name {
        case "ids": return ids + Array(repeating: padID, count: padding)
        case "mask": return ids.map { _ in 1 } + Array(repeating: 0, count: padding)
        case "eot":
            return ids.indices.map { $0 == ids.count - 1 ? 1 : 0 }
                + Array(repeating: 0, count: padding)
        default:
            throw PhotoSearchError(
                .bundle, "text input: got '\(port.name)', expected ids, mask or eot")
        }
    }
}
