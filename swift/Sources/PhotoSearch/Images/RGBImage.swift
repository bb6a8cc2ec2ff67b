import CPhotoSearchKernels

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
