#if canImport(CoreML)
    import CoreML
    import PhotoSearch

    /// Runs a package on inputs that are made and dropped here.
    enum Prediction {
        /// As many outputs as inputs.
        static func run(
            _ model: MLModel, _ inputs: [any MLFeatureProvider], output: PackageSpec.Port
        ) throws -> [[Float]] {
            let made = try model.predictions(fromBatch: MLArrayBatchProvider(array: inputs))
            return try (0..<made.count).map { try values(made.features(at: $0), output) }
        }

        static func run(
            _ model: MLModel, _ input: any MLFeatureProvider, output: PackageSpec.Port
        ) throws -> [Float] {
            try values(model.prediction(from: input), output)
        }

        /// Copies an output out of Core ML's buffer, which may be shared with the Neural Engine.
        private static func values(
            _ features: any MLFeatureProvider, _ output: PackageSpec.Port
        ) throws -> [Float] {
            guard let array = features.featureValue(for: output.name)?.multiArrayValue else {
                throw PhotoSearchError(.model, "output '\(output.name)': got none")
            }
            let layout = try StridedLayout(array)
            return try array.withUnsafeBytes { try layout.values($0) }
        }

        /// A new array with these values.
        static func array(_ port: PackageSpec.Port, _ values: [Int32]) throws -> MLMultiArray {
            let array = try MLMultiArray(
                shape: port.shape.map { NSNumber(value: $0) }, dataType: dataType(port))
            let element = port.element
            try array.withUnsafeMutableBytes { bytes, strides in
                let layout = StridedLayout(element: element, shape: port.shape, strides: strides)
                try layout.write(values, to: bytes)
            }
            return array
        }

        private static func dataType(_ port: PackageSpec.Port) throws(PhotoSearchError)
            -> MLMultiArrayDataType
        {
            switch port.element {
            case .int32: return .int32
            case .float16: return .float16
            case .float32: return .float32
            case .uint8:
                throw PhotoSearchError(.bundle, "input '\(port.name)': got bytes without colours")
            }
        }
    }

    extension StridedLayout {
        init(_ array: MLMultiArray) throws(PhotoSearchError) {
            let element: PackageSpec.Port.Element
            switch array.dataType {
            case .float16: element = .float16
            case .float32: element = .float32
            case .int32: element = .int32
            default:
                throw PhotoSearchError(
                    .model, "output: got data type \(array.dataType.rawValue), expected float16")
            }
            self.init(
                element: element, shape: array.shape.map(\.intValue),
                strides: array.strides.map(\.intValue))
        }
    }
#endif
