import Foundation
import PhotoSearch

func openOwnBundle() throws -> ModelBundle? {
    guard let file = Bundle.main.url(forResource: "model", withExtension: "photomodel")
    else { return nil }
    return try ModelBundle(at: file)
}

struct Brightness: ImageEncoder {
    let space = "brightness-1"
    let dim = 2
    let image = ImageSpec(size: 32, resize: .squash, filter: .bilinear)

    func encode(_ pictures: [RGBImage]) async throws -> [[Float]] {
        pictures.map { picture in
            let sum = picture.bytes.reduce(0) { $0 + Int($1) }
            let mean = Float(sum) / Float(255 * picture.bytes.count)
            return [mean, (1 - mean * mean).squareRoot()]
        }
    }
}
