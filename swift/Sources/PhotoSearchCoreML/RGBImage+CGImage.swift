#if canImport(CoreGraphics)
    import CoreGraphics
    import Foundation
    import PhotoSearch

    extension RGBImage {
        /// For a screen; nil if there is no memory for it.
        public var cgImage: CGImage? {
            guard let provider = CGDataProvider(data: Data(bytes) as CFData),
                let space = CGColorSpace(name: CGColorSpace.sRGB)
            else { return nil }
            return CGImage(
                width: width, height: height, bitsPerComponent: 8, bitsPerPixel: 24,
                bytesPerRow: 3 * width, space: space,
                bitmapInfo: CGBitmapInfo(rawValue: CGImageAlphaInfo.none.rawValue),
                provider: provider, decode: nil, shouldInterpolate: true, intent: .defaultIntent)
        }
    }
#endif
