// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import CoreVideo
@_exported import Foundation

func stub() -> Never { fatalError("a stub of CoreML") }

open class MLModel {
    public init(contentsOf url: URL, configuration: MLModelConfiguration) throws { stub() }
    open class func compileModel(at modelURL: URL) throws -> URL { stub() }
    open class func compileModel(at modelURL: URL) async throws -> URL { stub() }
    open class func load(
        contentsOf url: URL, configuration: MLModelConfiguration = MLModelConfiguration()
    ) async throws -> MLModel { stub() }
    open var modelDescription: MLModelDescription { stub() }
    open func prediction(from input: any MLFeatureProvider) throws -> any MLFeatureProvider {
        stub()
    }
    open func predictions(fromBatch inputBatch: any MLBatchProvider) throws -> any MLBatchProvider {
        stub()
    }
}

open class MLModelDescription {
    open var inputDescriptionsByName: [String: MLFeatureDescription] { stub() }
    open var outputDescriptionsByName: [String: MLFeatureDescription] { stub() }
}

open class MLFeatureDescription {
    open var name: String { stub() }
    open var imageConstraint: MLImageConstraint? { stub() }
    open var multiArrayConstraint: MLMultiArrayConstraint? { stub() }
}

open class MLImageConstraint {
    open var pixelsHigh: Int { stub() }
    open var pixelsWide: Int { stub() }
}

open class MLMultiArrayConstraint {
    open var shape: [NSNumber] { stub() }
    open var dataType: MLMultiArrayDataType { stub() }
}

open class MLModelConfiguration {
    public init() {}
    open var computeUnits: MLComputeUnits = .all
}

public enum MLComputeUnits: Int, Sendable {
    case cpuOnly = 0
    case cpuAndGPU = 1
    case all = 2
    case cpuAndNeuralEngine = 3
}

public enum MLMultiArrayDataType: Int, Sendable {
    case double = 65600
    case float32 = 65568
    case float16 = 65552
    case int32 = 131104
}

open class MLMultiArray {
    public init(shape: [NSNumber], dataType: MLMultiArrayDataType) throws { stub() }
    open var dataType: MLMultiArrayDataType { stub() }
    open var shape: [NSNumber] { stub() }
    open var strides: [NSNumber] { stub() }
    open var count: Int { stub() }

    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        stub()
    }

    public func withUnsafeMutableBytes<R>(
        _ body: (UnsafeMutableRawBufferPointer, [Int]) throws -> R
    ) rethrows -> R { stub() }
}

open class MLFeatureValue {
    public convenience init(multiArray value: MLMultiArray) { stub() }
    public convenience init(pixelBuffer value: CVPixelBuffer) { stub() }
    init() {}
    open var multiArrayValue: MLMultiArray? { stub() }
    open var imageBufferValue: CVPixelBuffer? { stub() }
}

public protocol MLFeatureProvider {
    var featureNames: Set<String> { get }
    func featureValue(for featureName: String) -> MLFeatureValue?
}

open class MLDictionaryFeatureProvider: MLFeatureProvider {
    public init(dictionary: [String: Any]) throws { stub() }
    open var featureNames: Set<String> { stub() }
    open func featureValue(for featureName: String) -> MLFeatureValue? { stub() }
}

public protocol MLBatchProvider {
    var count: Int { get }
    func features(at index: Int) -> any MLFeatureProvider
}

open class MLArrayBatchProvider: MLBatchProvider {
    public init(array: [any MLFeatureProvider]) { stub() }
    open var count: Int { stub() }
    open func features(at index: Int) -> any MLFeatureProvider { stub() }
}

#if PHOTOSEARCH_STUBS_SENDABLE
    extension MLModel: @unchecked Sendable {}
    extension MLModelConfiguration: @unchecked Sendable {}
    extension MLMultiArray: @unchecked Sendable {}
    extension MLFeatureValue: @unchecked Sendable {}
#endif
