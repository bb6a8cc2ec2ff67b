// What reads the text in photos.

import Foundation
import PhotoSearch
import PhotoSearchCoreML

#if canImport(Vision)
    import Vision
#endif

/// Reads the text in pictures: `VisionTextReader`, or a fake in tests.
public protocol PhotoTextReader: Sendable {
    /// What is written in a picture.
    ///
    /// - Parameter picture: Upright.
    /// - Returns: Its lines from top to bottom; "" where there is none.
    /// - Throws: `PhotoSearchError` if that cannot be told now; the photo is left for a later pass.
    func text(in picture: RGBImage) async throws -> String
}

#if canImport(Vision) && canImport(ImageIO)
    /// Reads text with Vision, on the device, in the languages that the system knows.
    public struct VisionTextReader: PhotoTextReader {
        /// Of a line, 0 to 1. Vision gives 0.3, 0.5 or 1: what is below may be no text.
        private static let leastConfidence: Float = 0.5

        public init() {}

        public func text(in picture: RGBImage) throws -> String {
            try autoreleasepool {
                let request = VNRecognizeTextRequest()
                request.recognitionLevel = .accurate
                request.automaticallyDetectsLanguage = true
                request.usesLanguageCorrection = true
                guard let image = picture.cgImage else {
                    throw PhotoSearchError(
                        .image, "got \(picture.width) × \(picture.height), cannot be drawn")
                }
                do {
                    try VNImageRequestHandler(cgImage: image).perform([request])
                } catch {
                    throw PhotoSearchError(.image, "no text can be looked for: \(error)")
                }
                return Self.lines(request.results ?? []).joined(separator: "\n")
            }
        }

        private static func lines(_ found: [VNRecognizedTextObservation]) -> [String] {
            found.compactMap { $0.topCandidates(1).first }
                .filter { $0.confidence >= leastConfidence }
                .map(\.string)
        }
    }
#endif
