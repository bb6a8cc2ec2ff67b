/// Encodes text to the token ids that a text tower reads, exactly as in Python.
public protocol Tokenizer: Sendable {
    /// The most tokens that `encode` gives, start and end included.
    var context: Int { get }

    /// The id that pads a batch.
    var padID: Int32 { get }

    /// Ids with start and end, cut to the context, not padded. Never fails.
    ///
    /// - Complexity: O(n) in the length of the text.
    func encode(_ text: String) -> [Int32]
}

extension ModelBundle {
    /// Loads the tokenizer that the manifest names.
    ///
    /// - Throws: `PhotoSearchError` of kind `bundle` if its files are missing or damaged, if it
    ///   pads with another id than the manifest says, or if it is a `huggingface` one, which only
    ///   Python reads.
    public func tokenizer() throws(PhotoSearchError) -> any Tokenizer {
        let directory = "\(path)/tokenizer"
        let text = manifest.text
        switch text.tokenizer {
        case .wordpiece:
            guard text.padID == 0 else {
                throw PhotoSearchError(
                    .bundle, "pad_id: got \(text.padID), expected 0 for wordpiece")
            }
            return try WordPiece(path: "\(directory)/vocab.txt", context: text.context)
        case .clipBPE:
            return try ClipBPE(
                directory: directory, context: text.context, padID: Int32(text.padID))
        case .huggingFace:
            throw PhotoSearchError(
                .bundle, "tokenizer: got 'huggingface', expected wordpiece or clip-bpe")
        }
    }
}

func checkContext(_ context: Int) throws(PhotoSearchError) {
    guard context >= 2 else {
        throw PhotoSearchError(
            .usage, "context: got \(context) tokens, expected at least 2 (start and end)")
    }
}
