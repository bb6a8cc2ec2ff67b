// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import CoreGraphics

func stub() -> Never { fatalError("a stub of Vision") }

open class VNRequest {}
open class VNImageBasedRequest: VNRequest {}

public final class VNRecognizeTextRequest: VNImageBasedRequest {
    public override init() { stub() }
    public var recognitionLevel: VNRequestTextRecognitionLevel {
        get { stub() }
        set { stub() }
    }
    public var usesLanguageCorrection: Bool {
        get { stub() }
        set { stub() }
    }
    public var automaticallyDetectsLanguage: Bool {
        get { stub() }
        set { stub() }
    }
    public var results: [VNRecognizedTextObservation]? { stub() }
}

public enum VNRequestTextRecognitionLevel: Int, Sendable {
    case accurate, fast
}

open class VNObservation {}

public final class VNRecognizedTextObservation: VNObservation {
    public func topCandidates(_ maxCandidateCount: Int) -> [VNRecognizedText] { stub() }
}

public final class VNRecognizedText {
    public var string: String { stub() }
    public var confidence: Float { stub() }
}

public struct VNImageOption: Hashable, Sendable {}

open class VNImageRequestHandler {
    public init(cgImage image: CGImage, options: [VNImageOption: Any] = [:]) { stub() }
    public func perform(_ requests: [VNRequest]) throws { stub() }
}
