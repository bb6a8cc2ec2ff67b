// Pictures in memory: decoded, turned upright, scaled for a model.

import CPhotoSearchKernels

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A picture in memory: RGB, one byte a channel, row by row from the top.
public struct RGBImage: Sendable, Equatable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// `width * height * 3` of them.
    public let bytes: [UInt8]

    /// The largest aspect ratio that is scaled whole; a longer picture is cut to its middle.
    private static let mostAspect = 8

    /// - Throws: `PhotoSearchError` of kind `shape` if the bytes are not as many as the pixels need.
    public init(width: Int, height: Int, bytes: [UInt8]) throws(PhotoSearchError) {
        let isValid = width > 0 && height > 0 && bytes.count / 3 / width == height
        guard isValid, bytes.count == width * height * 3 else {
            throw PhotoSearchError(
                .shape, "picture: got \(bytes.count) bytes, expected \(width) × \(height) × 3")
        }
        self.init(unchecked: bytes, width, height)
    }

    /// Takes bytes whose count is known to fit the sides.
    init(unchecked bytes: [UInt8], _ width: Int, _ height: Int) {
        self.bytes = bytes
        self.width = width
        self.height = height
    }

    /// Resizes to the model's square of pixels: the same bytes as Python's `model_pixels`.
    ///
    /// - Parameter spec: from the model's manifest.
    /// - Returns: a picture of `spec.size` × `spec.size`.
    /// - Throws: `PhotoSearchError` of kind `shape` for a picture or a size beyond 2^24 pixels a
    ///   side, or without memory.
    /// - Complexity: O(pixels)
    public func prepared(for spec: ImageSpec) throws(PhotoSearchError) -> RGBImage {
        guard spec.resize == .crop else {
            return try scaled(width: spec.size, height: spec.size, spec.filter)
        }
        let short = min(width, height)
        let whole = middle(Self.mostAspect * short)
        let scaled = try whole.scaled(
            width: spec.size * whole.width / short, height: spec.size * whole.height / short,
            spec.filter)
        return scaled.middle(spec.size)
    }

    private func scaled(
        width: Int, height: Int, _ filter: ImageSpec.Filter
    ) throws(PhotoSearchError) -> RGBImage {
        guard (width, height) != (self.width, self.height) else { return self }
        var out = [UInt8](repeating: 0, count: width * height * 3)
        let failed = ps_resize_rgb(
            bytes, ps_size(width: self.width, height: self.height, stride: 3 * self.width), &out,
            ps_size(width: width, height: height, stride: 3 * width),
            filter == .bicubic ? PS_BICUBIC : PS_BILINEAR)
        guard failed == 0 else {
            let got = "\(self.width) × \(self.height)"
            throw PhotoSearchError(
                .shape, "picture: \(got) cannot be scaled to \(width) × \(height)")
        }
        return RGBImage(unchecked: out, width, height)
    }

    /// The middle of the picture, with no side longer than `longest`.
    private func middle(_ longest: Int) -> RGBImage {
        let across = min(width, longest)
        let down = min(height, longest)
        guard (across, down) != (width, height) else { return self }
        let left = (width - across) / 2
        let top = (height - down) / 2
        let rows = (top..<top + down).map { ($0 * width + left) * 3 }
        return RGBImage(
            unchecked: rows.flatMap { bytes[$0..<$0 + 3 * across] }, across, down)
    }
}

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

/// Decodes the bytes of an image file to a picture.
public protocol PictureDecoder: Sendable {
    /// Decodes to an upright sRGB picture.
    ///
    /// - Parameters:
    ///   - file: All bytes of a JPEG, HEIC, PNG or the like.
    ///   - side: To which the picture will be scaled, in pixels. It may come back reduced, with both
    ///     sides still at least that long, which decodes far faster.
    /// - Throws: `PhotoSearchError` of kind `image`.
    func decode(_ file: Data, atLeast side: Int) throws(PhotoSearchError) -> RGBImage

    /// What a file says of how it was taken; nothing for one that is damaged. Decodes no pixel.
    func details(of file: Data) -> PhotoDetails
}

extension PictureDecoder {
    /// Nothing.
    public func details(of file: Data) -> PhotoDetails { PhotoDetails() }
}
