/// Photos to unit vectors of one space, whatever computes them.
public protocol ImageEncoder: Sendable {
    /// Vectors of two spaces are never compared. A cut embedding's is `<space>/<width>`.
    var space: String { get }

    /// Values of an embedding.
    var dim: Int { get }

    /// How a photo becomes what `encode` takes: see `RGBImage.prepared`.
    var image: ImageSpec { get }

    /// Prepared pictures, `image.size` × `image.size`, to as many unit vectors of `dim` values.
    ///
    /// - Throws: `PhotoSearchError` of kind `shape` for a picture of another size.
    func encode(_ pictures: [RGBImage]) async throws -> [[Float]]

    /// Loads what is needed and runs it once, so that the first photo does not wait.
    func prewarm() async throws

    /// Gives memory back. The next call loads again.
    func unload() async
}

extension ImageEncoder {
    public func prewarm() async throws {}
    public func unload() async {}

    /// Raises unless every picture is as `image` says.
    package func check(_ pictures: [RGBImage]) throws(PhotoSearchError) {
        for picture in pictures where picture.width != image.size || picture.height != image.size {
            throw PhotoSearchError(
                .shape,
                """
                picture: got \(picture.width) × \(picture.height), expected \
                \(image.size) × \(image.size); see RGBImage.prepared
                """)
        }
    }
}
