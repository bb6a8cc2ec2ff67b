/// `weights.safetensors` of a bundle, as `photosearch/weights.py` writes it.
///
/// A tensor `x` is stored as `x` (fp16 or fp32), as `x.q8` with `x.scale` by row, or as `x.q4` with
/// `x.scale` by group of 64 columns.
struct Weights: Sendable {
    static let group = 64

    /// One tensor, still as it is stored.
    enum Tensor: Sendable {
        case floats(Safetensors.Entry)
        case int8(codes: Safetensors.Entry, scale: Safetensors.Entry)
        case int4(codes: Safetensors.Entry, scale: Safetensors.Entry)

        /// Of the values, however they are stored.
        var shape: [Int] {
            switch self {
            case .floats(let entry): entry.shape
            case .int8(let codes, _): codes.shape
            case .int4(let codes, _): [codes.shape[0], 2 * codes.shape[1]]
            }
        }
    }

    private let path: String
    private let prefix: String
    let stored: Safetensors

    /// The tensors whose names start with `prefix`, which is left out of their names.
    ///
    /// - Throws: `PhotoSearchError` of kind `bundle` if the file is missing or damaged.
    init(path: String, prefix: String) throws(PhotoSearchError) {
        stored = try Safetensors(path: path)
        (self.path, self.prefix) = (path, prefix)
        guard !names.isEmpty else {
            throw PhotoSearchError(.bundle, "\(path): no tensor named \(prefix)*")
        }
    }

    /// Of everything stored, without the prefix.
    var names: [String] {
        stored.entries.keys.filter { $0.hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count))
        }
    }

    /// A whole number of the header's `config`.
    func config(_ name: String) throws(PhotoSearchError) -> Int {
        let json = stored.metadata["config"].flatMap { try? JSONReader.read(Array($0.utf8)) }
        guard let json else {
            throw PhotoSearchError(
                .bundle, "\(path): no readable 'config' in the header's metadata")
        }
        guard let value = json[name]?.integerValue else {
            throw PhotoSearchError(.bundle, "\(path): config '\(name)': expected an integer")
        }
        return value
    }

    /// - Throws: `PhotoSearchError` of kind `model` if it is missing, of kind `bundle` if its parts
    ///   do not fit.
    func tensor(_ name: String) throws(PhotoSearchError) -> Tensor {
        let whole = prefix + name
        let ways = ["", ".q8", ".q4"].filter { stored.entries[whole + $0] != nil }
        guard ways.count <= 1 else {
            throw PhotoSearchError(.bundle, "\(name): stored twice, expected once")
        }
        if let entry = stored.entries[whole] {
            guard entry.element == .float16 || entry.element == .float32 else {
                throw PhotoSearchError(
                    .bundle, "\(name): got \(entry.element.rawValue), expected F16, F32, .q8 or .q4"
                )
            }
            return .floats(entry)
        }
        if let codes = stored.entries["\(whole).q8"] { return try int8(name, codes) }
        if let codes = stored.entries["\(whole).q4"] { return try int4(name, codes) }
        throw PhotoSearchError(.model, "\(name): missing from the weights")
    }

    /// Whether a tensor is stored as it is.
    func has(_ name: String) -> Bool {
        stored.entries[prefix + name] != nil
    }

    private func int8(
        _ name: String, _ codes: Safetensors.Entry
    ) throws(PhotoSearchError) -> Tensor {
        guard codes.element == .int8, !codes.shape.isEmpty else {
            throw PhotoSearchError(.bundle, "\(name).q8: got \(codes.told), expected I8 [rows, …]")
        }
        return .int8(codes: codes, scale: try scale(name, shape: Array(codes.shape.prefix(1))))
    }

    private func int4(
        _ name: String, _ codes: Safetensors.Entry
    ) throws(PhotoSearchError) -> Tensor {
        let pairs = Self.group / 2
        // an empty array may claim any number of columns
        guard codes.element == .uint8, codes.shape.count == 2, codes.shape[1] % pairs == 0,
            codes.shape[1] <= Int.max / 2
        else {
            throw PhotoSearchError(
                .bundle,
                "\(name).q4: got \(codes.told), expected U8 [rows, a multiple of \(pairs)]")
        }
        let shape = [codes.shape[0], codes.shape[1] / pairs]
        return .int4(codes: codes, scale: try scale(name, shape: shape))
    }

    private func scale(_ name: String, shape: [Int]) throws(PhotoSearchError) -> Safetensors.Entry {
        let entry = stored.entries["\(prefix)\(name).scale"]
        guard let entry, entry.element == .float16, entry.shape == shape else {
            let got = entry?.told ?? "none"
            throw PhotoSearchError(.bundle, "\(name).scale: got \(got), expected F16 \(shape)")
        }
        return entry
    }
}

extension Safetensors.Entry {
    fileprivate var told: String { "\(element.rawValue) \(shape)" }
}
