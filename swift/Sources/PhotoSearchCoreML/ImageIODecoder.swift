#if canImport(ImageIO)
    import CoreGraphics
    import Foundation
    import ImageIO
    import PhotoSearch

    /// Decodes whatever the system can: JPEG, HEIC, PNG, TIFF, RAW and more.
    ///
    /// Turned upright by its EXIF orientation, converted to sRGB by its profile, laid on white, as in
    /// Python. Where Python's decoder and Apple's differ in rounding, so do a few pixels by a step.
    public struct ImageIODecoder: PictureDecoder {
        /// Pixels, before decoding.
        public static let mostPixels = 300_000_000
        private static let factors = [8, 4, 2]  // that ImageIO can leave out
        /// Formats of which it can.
        private static let subsampled: Set<String> = [
            "public.jpeg", "public.heic", "public.heif", "public.tiff", "public.png",
        ]
        private static let largest = 24_000_000  // pixels that are decoded in full

        public init() {}

        public func decode(_ file: Data, atLeast side: Int) throws(PhotoSearchError) -> RGBImage {
            try autoreleasepool { () -> Result<RGBImage, PhotoSearchError> in
                Result { () throws(PhotoSearchError) in try Self.picture(file, side) }
            }.get()
        }

        public func details(of file: Data) -> PhotoDetails {
            let options = [kCGImageSourceShouldCache: false] as CFDictionary
            guard let source = CGImageSourceCreateWithData(file as CFData, options),
                CGImageSourceGetCount(source) > 0
            else { return PhotoDetails() }
            let index = CGImageSourceGetPrimaryImageIndex(source)
            let all =
                CGImageSourceCopyPropertiesAtIndex(source, index, options) as? [CFString: Any]
                ?? [:]
            let tiff = all[kCGImagePropertyTIFFDictionary] as? [CFString: Any] ?? [:]
            let exif = all[kCGImagePropertyExifDictionary] as? [CFString: Any] ?? [:]
            func text(_ value: Any?) -> String { value as? String ?? "" }
            return PhotoDetails(
                make: text(tiff[kCGImagePropertyTIFFMake]),
                model: text(tiff[kCGImagePropertyTIFFModel]),
                offset: text(exif[kCGImagePropertyExifOffsetTimeOriginal]),
                lens: text(exif[kCGImagePropertyExifLensModel]))
        }

        private static func picture(
            _ file: Data, _ side: Int
        ) throws(PhotoSearchError) -> RGBImage {
            let options: [CFString: Any] = [kCGImageSourceShouldCache: false]
            guard let source = CGImageSourceCreateWithData(file as CFData, options as CFDictionary),
                CGImageSourceGetCount(source) > 0
            else { throw PhotoSearchError(.image, "got \(file.count) bytes of no known format") }
            let index = CGImageSourceGetPrimaryImageIndex(source)
            let properties =
                CGImageSourceCopyPropertiesAtIndex(source, index, options as CFDictionary)
                as? [CFString: Any] ?? [:]
            let width = properties[kCGImagePropertyPixelWidth] as? Int ?? 0
            let height = properties[kCGImagePropertyPixelHeight] as? Int ?? 0
            guard width >= 1, height >= 1, width <= mostPixels / height else {
                throw PhotoSearchError(
                    .image, "got \(width) × \(height), expected at most \(mostPixels) pixels")
            }
            var reduced = options
            if let factor = factors.first(where: { min(width, height) / $0 >= side }) {
                reduced[kCGImageSourceSubsampleFactor] = factor
            }
            let type = CGImageSourceGetType(source) as String? ?? ""
            let preview =
                width * height > largest && !subsampled.contains(type)
                ? Self.preview(source, index, side, width, height) : nil
            guard
                let image = preview
                    ?? CGImageSourceCreateImageAtIndex(source, index, reduced as CFDictionary)
            else { throw PhotoSearchError(.image, "got \(file.count) bytes, cannot be decoded") }
            let stored = properties[kCGImagePropertyOrientation] as? Int ?? Orientation.up.rawValue
            return try drawn(image).upright(Orientation(rawValue: stored) ?? .up)
        }

        /// The one in the file, as raw photos have, or one that ImageIO makes in little memory; nil if it
        /// is too small.
        private static func preview(
            _ source: CGImageSource, _ index: Int, _ side: Int, _ width: Int, _ height: Int
        ) -> CGImage? {
            let longer = 2 * side * max(width, height) / min(width, height)
            let options: [CFString: Any] = [
                kCGImageSourceCreateThumbnailFromImageIfAbsent: true,
                kCGImageSourceThumbnailMaxPixelSize: longer, kCGImageSourceShouldCache: false,
            ]
            guard
                let made = CGImageSourceCreateThumbnailAtIndex(
                    source, index, options as CFDictionary)
            else { return nil }
            return min(made.width, made.height) >= side ? made : nil
        }

        /// A picture in sRGB, laid on white, as it is stored: not turned upright.
        package static func drawn(_ image: CGImage) throws(PhotoSearchError) -> RGBImage {
            let (width, height) = (image.width, image.height)
            let rowBytes = PixelRows.channels * width
            var bytes = [UInt8](repeating: .max, count: rowBytes * height)  // white
            let isDrawn = bytes.withUnsafeMutableBytes { bytes in
                guard let space = CGColorSpace(name: CGColorSpace.sRGB),
                    let context = CGContext(
                        data: bytes.baseAddress, width: width, height: height, bitsPerComponent: 8,
                        bytesPerRow: rowBytes, space: space,
                        bitmapInfo: CGImageAlphaInfo.noneSkipLast.rawValue)
                else { return false }
                context.interpolationQuality = .none
                context.draw(image, in: CGRect(x: 0, y: 0, width: width, height: height))
                return true
            }
            guard isDrawn else {
                throw PhotoSearchError(.image, "got \(width) × \(height), cannot be drawn")
            }
            let read = bytes.withUnsafeBytes { bytes in
                Result { () throws(PhotoSearchError) in
                    try PixelRows.read(bytes, width: width, height: height, rowBytes: rowBytes)
                }
            }
            return try read.get()
        }
    }
#endif
