#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
}
