@testable import PhotoSearch

extension Space {
    static func test(dim: Int) -> Space {
        Space(
            space: "ab", model: "test", dim: dim, calibration: Calibration(scale: 10, bias: -5))
    }
}

extension FoundPhoto {
    /// `/p/name`, as it was at some time.
    static func test(_ name: some CustomStringConvertible, size: Int64 = 1) -> FoundPhoto {
        FoundPhoto(source: PhotoSource("/p/\(name)"), sizeBytes: size, modifiedNS: 5)
    }
}
