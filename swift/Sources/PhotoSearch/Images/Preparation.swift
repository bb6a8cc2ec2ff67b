import CPhotoSearchKernels

extension ImageSpec {
    private static let longestAspect = 8

    /// An upright picture to the image tower's pixels, `size` × `size`, equal to Python's to the bit.
    ///
    /// The algorithm is written out in `photosearch/images/resize.py`.
    ///
    /// - Throws: `PhotoSearchError` of kind `shape` for a picture too large to resize.
    /// - Complexity: O(n) in the pixels.
    public func prepare(_ picture: RGBImage) throws(PhotoSearchError) -> RGBImage {
        switch resize {
        case .squash:
            return try picture.resized(width: size, height: size, filter: filter)
        case .crop:
            let short = min(picture.width, picture.height)
            let strip = picture.middle(longest: Self.longestAspect * short)
            let scaled = try strip.resized(
                width: size * strip.width / short, height: size * strip.height / short,
                filter: filter)
            return scaled.middle(longest: size)
        }
    }
}

extension RGBImage {
    /// The middle of the picture, with no side longer than `longest`.
    fileprivate func middle(longest: Int) -> RGBImage {
        let (w, h) = (min(width, longest), min(height, longest))
        return cropped(left: (width - w) / 2, top: (height - h) / 2, width: w, height: h)
    }

    fileprivate func resized(
        width: Int, height: Int, filter: ImageSpec.Filter
    ) throws(PhotoSearchError) -> RGBImage {
        guard width != self.width || height != self.height else { return self }
        var out = [UInt8](repeating: 0, count: Self.channels * width * height)
        let status = ps_resize_rgb(
            bytes, Self.size(self.width, self.height), &out, Self.size(width, height),
            filter == .bilinear ? PS_BILINEAR : PS_BICUBIC)
        guard status == 0 else {
            let problem = status == 2 ? "out of memory" : "too large"
            throw PhotoSearchError(
                .shape,
                "picture of \(self.width) × \(self.height): cannot be resized, \(problem)")
        }
        return RGBImage(checked: out, width: width, height: height)
    }

    private static func size(_ width: Int, _ height: Int) -> ps_size {
        ps_size(width: width, height: height, stride: channels * width)
    }
}
