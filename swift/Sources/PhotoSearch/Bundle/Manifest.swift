/// `manifest.json`, the contract of a model bundle, read alike by Python (`photosearch.manifest`).
///
/// Nothing about a model is typed anywhere else: shapes, resizing, widths, calibration and the
/// space id all come from here.
public struct Manifest: Sendable, Equatable {
    /// The layout of the manifest that this version reads.
    static let schema = 1
    package static let fileName = "manifest.json"

    public let name: String
    public let version: String
    /// Which pair of towers reads the weights, for example `photosearch-v1`.
    public let architecture: String
    /// SHA-256, hex, over both towers, tokenizer and preprocessing: see `spaceID`.
    public let space: String
    /// Values of an embedding.
    public let dim: Int
    /// The widths to which an embedding may be cut, widest first.
    public let widths: [Int]
    public let image: ImageSpec
    public let text: TextSpec
    public let calibration: Calibration
    /// Path inside the bundle to hash and size.
    public let files: [String: FileEntry]
    /// The Core ML packages; nil for a bundle that holds none.
    public let packages: Packages?
    /// Of the weights put together, where those of the image tower lie in its package: the space
    /// id follows from it. nil where `weights.safetensors` holds all.
    package let weights: FileEntry?
}

/// One file of a bundle.
public struct FileEntry: Sendable, Equatable {
    /// SHA-256, hex.
    public let sha256: String
    public let sizeBytes: Int
}

/// How a photo becomes the image tower's input: RGB bytes, `size` × `size`.
public struct ImageSpec: Sendable, Equatable {
    /// `squash` scales both sides to `size`; `crop` scales the shorter one, then takes the middle.
    public enum Resize: String, Sendable, CaseIterable {
        case squash, crop
    }

    /// Pillow's antialiased filters.
    public enum Filter: String, Sendable, CaseIterable {
        case bilinear, bicubic
    }

    /// Pixels, width and height.
    public let size: Int
    public let resize: Resize
    public let filter: Filter

    public init(size: Int, resize: Resize, filter: Filter) {
        (self.size, self.resize, self.filter) = (size, resize, filter)
    }
}

/// What the text tower takes: token ids, at most `context` of them.
public struct TextSpec: Sendable, Equatable {
    public enum Tokenizer: String, Sendable, CaseIterable {
        case wordpiece
        case clipBPE = "clip-bpe"
        case huggingFace = "huggingface"
    }

    /// Tokens, start and end included.
    public let context: Int
    public let tokenizer: Tokenizer
    public let padID: Int
}

/// Turns a score into the probability that a photo matches.
public struct Calibration: Sendable, Equatable {
    public let scale: Double
    public let bias: Double

    public init(scale: Double, bias: Double) {
        self.scale = scale
        self.bias = bias
    }

    /// `1 / (1 + exp(-(scale * score + bias)))`, from 0 to 1.
    public func confidence(_ score: Double) -> Double {
        let most = 700.0  // exp of it is finite
        let exponent = -(scale * score + bias)
        return 1 / (1 + exponential(min(max(exponent, -most), most)))
    }
}

extension Manifest {
    /// Two embeddings may be compared only if this agrees: SHA-256 over all that shapes them.
    ///
    /// The text that is hashed is what Python's `json.dumps(…, sort_keys=True)` gives.
    static func spaceID(
        weightsSHA256: String, tokenizerSHA256: String, image: ImageSpec, text: TextSpec
    ) -> String {
        let image = """
            {"filter": "\(image.filter.rawValue)", "resize": "\(image.resize.rawValue)", \
            "size": \(image.size)}
            """
        let text = """
            {"context": \(text.context), "pad_id": \(text.padID), \
            "tokenizer": "\(text.tokenizer.rawValue)"}
            """
        let parts = """
            {"image": \(image), "text": \(text), "tokenizer": "\(tokenizerSHA256)", \
            "weights": "\(weightsSHA256)"}
            """
        return SHA256Hasher.hex(parts.utf8)
    }
}
