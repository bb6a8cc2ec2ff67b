import CPhotoSearchKernels

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An encoder that knows colours and nothing else, instant and the same on every machine.
///
/// It is `FakeEncoder` of `photosearch.testing`: a photo is the share of each of eight colours
/// (and, in further values, how bright it is from top to bottom); a text is the colours it names.
///
/// ```swift
/// let encoder = try FakeEncoder()
/// let query = try await encoder.embed(SearchQuery(parsing: "red"))
/// ```
public struct FakeEncoder: TextEncoder, ImageEncoder {
    /// The corners of the RGB cube: a colour's place is 4 × red + 2 × green + blue.
    public static let colors = [
        "black", "blue", "green", "cyan", "red", "magenta", "yellow", "white",
    ]
    private static let layout: Float = 0.1  // how much the layout counts beside the colours
    private static let unknown: Float = 0.01  // how much a word counts that names no colour
    private static let half: UInt8 = 128  // of a channel's range

    public let space: String
    public let dim: Int
    public let image: ImageSpec
    public let calibration = Calibration(scale: 10, bias: -5)

    /// - Throws: `PhotoSearchError` of kind `usage` if `dim` has no room for the colours.
    public init(
        dim: Int = FakeEncoder.colors.count, side: Int = 32, name: String = "fake"
    ) throws(PhotoSearchError) {
        guard dim >= Self.colors.count else {
            throw PhotoSearchError(
                .usage, "dim: got \(dim), expected at least \(Self.colors.count)")
        }
        self.dim = dim
        image = ImageSpec(size: side, resize: .squash, filter: .bilinear)
        space = SHA256Hasher.hex("\(name) \(dim)".utf8)
    }

    public func encode(_ pictures: [RGBImage]) throws(PhotoSearchError) -> [[Float]] {
        try check(pictures)
        return pictures.map(vector)
    }

    public func encode(_ text: String) -> [Float] {
        var vector = [Float](repeating: 0, count: dim)
        let words = text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }
        for word in words.isEmpty ? [""] : words {
            if let place = Self.colors.firstIndex(of: String(word)) {
                vector[place] += 1
            } else {
                vector[Int(Self.checksum(word.utf8) % 8)] += Self.unknown
            }
        }
        return Vector.unit(vector, atLeast: .leastNonzeroMagnitude)
    }

    private func vector(_ picture: RGBImage) -> [Float] {
        var shares = [Float](repeating: 0, count: Self.colors.count)
        for place in stride(from: 0, to: picture.bytes.count, by: 3) {
            let bits = (0..<3).map { picture.bytes[place + $0] >= Self.half ? 1 : 0 }
            shares[4 * bits[0] + 2 * bits[1] + bits[2]] += 1
        }
        let pixels = Float(picture.width * picture.height)
        let all = shares.map { $0 / pixels } + brightness(picture)
        let padding = [Float](repeating: 0, count: max(dim - all.count, 0))
        return Vector.unit((all + padding).prefix(dim), atLeast: .leastNonzeroMagnitude)
    }

    /// Of bands from top to bottom, the first ones a row higher if they cannot be equal.
    private func brightness(_ picture: RGBImage) -> [Float] {
        let bands = max(dim - Self.colors.count, 1)
        let (rows, more) = picture.height.quotientAndRemainder(dividingBy: bands)
        let row = 3 * picture.width
        var start = 0
        return (0..<bands).compactMap { band in
            let count = row * (rows + (band < more ? 1 : 0))
            defer { start += count }
            guard count > 0 else { return nil }
            let sum = picture.bytes[start..<start + count].reduce(into: 0) { $0 += Int($1) }
            return Self.layout * (Float(sum) / Float(count) / Float(Self.half) - 1)
        }
    }

    /// As Python's `zlib.crc32`.
    private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let bytes = Array(bytes)
        return ps_crc32(0, bytes, bytes.count)
    }
}

/// Decodes the plainest of formats on every system: binary PPM with one byte a channel.
///
/// For tests of code that takes a `PictureDecoder`.
public struct PPMDecoder: PictureDecoder {
    private static let magic = "P6"

    public init() {}

    public func decode(_ file: Data, atLeast side: Int) throws(PhotoSearchError) -> RGBImage {
        var rest = file[...]
        var words: [String] = []
        while words.count < 4 {
            let word = rest.prefix { !Self.isSpace($0) }
            guard word.count < rest.count, word.count < 20 else { break }
            words.append(String(decoding: word, as: UTF8.self))
            rest = rest.dropFirst(word.count + 1)
        }
        guard words.count == 4, words[0] == Self.magic, words[3] == "255",
            let width = Int(words[1]), let height = Int(words[2])
        else { throw PhotoSearchError(.image, "got \(file.count) bytes, expected a PPM file") }
        do throws(PhotoSearchError) {
            return try RGBImage(width: width, height: height, bytes: Array(rest))
        } catch {
            throw PhotoSearchError(.image, error.message)
        }
    }

    /// The file that decodes to this picture.
    public static func encode(_ picture: RGBImage) -> Data {
        Data("\(magic) \(picture.width) \(picture.height) 255\n".utf8) + picture.bytes
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
