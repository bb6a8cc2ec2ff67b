#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
