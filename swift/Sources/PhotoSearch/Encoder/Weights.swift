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
        if let entry = stored.entries[whole] {
            guard entry.element == .float16 || entry.element == .float32 else {
                throw PhotoSearchError(
                    .bundle, "\(name): got \(entry.element.rawValue), expected F16, F32, .q8 or .q4"
                )
            }
            return .floats(entry)
        }
        if let codes = stored.entries["\(whole).q8"], codes.element == .int8 {
            let scale = try scale(whole, shape: Array(codes.shape.prefix(1)))
            return .int8(codes: codes, scale: scale)
        }
        if let codes = stored.entries["\(whole).q4"], codes.element == .uint8,
            codes.shape.count == 2,
            2 * codes.shape[1] % Self.group == 0
        {
            let groups = 2 * codes.shape[1] / Self.group
            return .int4(codes: codes, scale: try scale(whole, shape: [codes.shape[0], groups]))
        }
        throw PhotoSearchError(.model, "\(name): missing from the weights")
    }

    private func scale(_ name: String, shape: [Int]) throws(PhotoSearchError) -> Safetensors.Entry {
        let entry = stored.entries["\(name).scale"]
        guard let entry, entry.element == .float16, entry.shape == shape else {
            let got = entry.map { "\($0.shape)" } ?? "none"
            throw PhotoSearchError(.bundle, "\(name).scale: got \(got), expected F16 \(shape)")
        }
        return entry
    }
}
