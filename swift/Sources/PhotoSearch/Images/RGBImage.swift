/// A picture: sRGB, one byte a channel, rows from the top.
public struct RGBImage: Sendable, Equatable {
    static let channels = 3

    /// Pixels.
    public let width: Int
    /// Pixels.
    public let height: Int
    /// Red, green, blue of the first pixel, then of the one to its right: 3 × width × height bytes.
    public let bytes: [UInt8]

    /// - Throws: `PhotoSearchError` of kind `shape` unless there are 3 × width × height bytes.
    public init(width: Int, height: Int, bytes: [UInt8]) throws(PhotoSearchError) {
        let (area, tooWide) = width.multipliedReportingOverflow(by: height)
        let (expected, tooMany) = area.multipliedReportingOverflow(by: Self.channels)
        guard width >= 1, height >= 1, !tooWide, !tooMany, bytes.count == expected else {
            throw PhotoSearchError(
                .shape,
                "picture: got \(bytes.count) bytes, expected 3 × \(width) × \(height) of them")
        }
        self.init(checked: bytes, width: width, height: height)
    }

    /// Of bytes that are known to be as many as the sides need.
    init(checked bytes: [UInt8], width: Int, height: Int) {
        self.width = width
        self.height = height
        self.bytes = bytes
    }

    /// The rectangle that starts at `left`, `top`, which must lie inside.
    func cropped(left: Int, top: Int, width: Int, height: Int) -> RGBImage {
        guard width != self.width || height != self.height else { return self }
        var part: [UInt8] = []
        part.reserveCapacity(Self.channels * width * height)
        for row in top..<top + height {
            let start = Self.channels * (row * self.width + left)
            part += bytes[start..<start + Self.channels * width]
        }
        return RGBImage(checked: part, width: width, height: height)
    }
}
