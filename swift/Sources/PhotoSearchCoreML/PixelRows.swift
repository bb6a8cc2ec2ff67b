import PhotoSearch

/// Pixels as Core ML takes them: blue, green, red and an unused byte.
enum PixelRows {
    static let channels = 4

    /// Writes a picture to rows that lie `rowBytes` apart.
    ///
    /// - Parameter out: At least `rowBytes` bytes for each row.
    static func write(
        _ picture: RGBImage, to out: UnsafeMutableRawBufferPointer, rowBytes: Int
    ) {
        picture.bytes.withUnsafeBufferPointer { rgb in
            var from = 0
            for row in 0..<picture.height {
                var place = row * rowBytes
                for _ in 0..<picture.width {
                    out[place] = rgb[from + 2]
                    out[place + 1] = rgb[from + 1]
                    out[place + 2] = rgb[from]
                    out[place + 3] = .max
                    from += 3
                    place += channels
                }
            }
        }
    }

    /// The picture of `width` × `height` pixels, red first, in rows that lie `rowBytes` apart.
    static func read(
        _ bytes: UnsafeRawBufferPointer, width: Int, height: Int, rowBytes: Int
    ) throws(PhotoSearchError) -> RGBImage {
        var rgb: [UInt8] = []
        rgb.reserveCapacity(3 * width * height)
        for row in 0..<height {
            for place in stride(
                from: row * rowBytes, to: row * rowBytes + channels * width, by: channels)
            {
                rgb.append(bytes[place])
                rgb.append(bytes[place + 1])
                rgb.append(bytes[place + 2])
            }
        }
        return try RGBImage(width: width, height: height, bytes: rgb)
    }
}
