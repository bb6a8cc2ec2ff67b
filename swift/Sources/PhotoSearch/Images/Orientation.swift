/// The orientation of a stored picture: the values of EXIF tag 274.
public enum Orientation: Int, Sendable, CaseIterable {
    case up = 1
    case upMirrored, down, downMirrored, leftMirrored, right, rightMirrored, left

    /// Whether width and height are swapped when the picture is turned upright.
    public var swapsSides: Bool { rawValue >= Orientation.leftMirrored.rawValue }
}

extension RGBImage {
    /// The picture turned upright.
    ///
    /// - Complexity: O(n) in the pixels.
    public func upright(_ orientation: Orientation) -> RGBImage {
        guard orientation != .up else { return self }
        let (w, h) = orientation.swapsSides ? (height, width) : (width, height)
        var out = [UInt8](repeating: 0, count: bytes.count)
        var place = 0
        for y in 0..<h {
            for x in 0..<w {
                let from = source(x, y, orientation)
                for channel in 0..<3 { out[place + channel] = bytes[from + channel] }
                place += 3
            }
        }
        return RGBImage(unchecked: out, w, h)
    }

    /// The first byte of the pixel that is shown at `x`, `y`.
    private func source(_ x: Int, _ y: Int, _ orientation: Orientation) -> Int {
        let (right, bottom) = (width - 1, height - 1)
        let (column, row) =
            switch orientation {
            case .up: (x, y)
            case .upMirrored: (right - x, y)
            case .down: (right - x, bottom - y)
            case .downMirrored: (x, bottom - y)
            case .leftMirrored: (y, x)
            case .right: (y, bottom - x)
            case .rightMirrored: (right - y, bottom - x)
            case .left: (right - y, x)
            }
        return 3 * (row * width + column)
    }
}
