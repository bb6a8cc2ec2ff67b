// What pixels tell of a photo: that it is black and white, blurry or dark.
//
// As `photosearch/images/states.py`, which says how the bounds were chosen.

extension RGBImage {
    private static let leastChroma = 50
    private static let leastLuma = 40
    private static let leastDetail = 40

    /// Whether it is black and white, blurry or dark; all sums are of whole numbers, as Python's.
    ///
    /// One too small for a Laplacian is not blurry.
    ///
    /// - Complexity: O(n) in the pixels.
    package var states: MediaKinds {
        let (luma, chroma) = lumaAndChroma()
        let sum = luma.reduce(0) { $0 + Int($1) }
        var found: MediaKinds = []
        if Self.leastChroma * chroma < sum { found.insert(.blackAndWhite) }
        if isBlurry(luma, sum) { found.insert(.blurry) }
        if sum < Self.leastLuma * luma.count { found.insert(.dark) }
        return found
    }

    /// Luma by ITU-R BT.601, and the sum of the largest less the smallest channel.
    private func lumaAndChroma() -> ([Int32], Int) {
        var luma = [Int32](repeating: 0, count: width * height)
        var chroma = 0
        bytes.withUnsafeBufferPointer { bytes in
            for place in luma.indices {
                let (red, green, blue) = (
                    Int32(bytes[3 * place]), Int32(bytes[3 * place + 1]),
                    Int32(bytes[3 * place + 2])
                )
                luma[place] = (77 * red + 150 * green + 29 * blue) >> 8
                chroma += Int(max(red, green, blue) - min(red, green, blue))
            }
        }
        return (luma, chroma)
    }

    /// Whether neighbours differ little beside what the whole picture does (Pech-Pacheco et al. 2000,
    /// "Diatom autofocusing in brightfield microscopy", with the mean square in place of the variance).
    private func isBlurry(_ luma: [Int32], _ sum: Int) -> Bool {
        guard min(width, height) >= 3 else { return false }
        var detail = 0
        luma.withUnsafeBufferPointer { luma in
            for y in 1..<(height - 1) {
                for at in (y * width + 1)..<(y * width + width - 1) {
                    let around = luma[at - width] + luma[at + width] + luma[at - 1] + luma[at + 1]
                    let laplacian = Int(4 * luma[at] - around)
                    detail += laplacian * laplacian
                }
            }
        }
        let squares = luma.reduce(0) { $0 + Int($1) * Int($1) }
        let (count, inner) = (UInt(luma.count), UInt((width - 2) * (height - 2)))
        let spread = UInt(squares) * count - UInt(sum) * UInt(sum)  // count² times the variance
        let left = (UInt(Self.leastDetail) * UInt(detail)).multipliedFullWidth(by: count * count)
        let right = spread.multipliedFullWidth(by: inner)
        return spread > 0 && (left.high, left.low) < (right.high, right.low)
    }
}
