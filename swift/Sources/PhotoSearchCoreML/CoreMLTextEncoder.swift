#if canImport(CoreML)
    import CoreML
    import PhotoSearch

    /// Words to vectors through the bundle's text package.
    ///
    /// `PortableTextEncoder` gives the same vectors from the bundle's weights, and answers while this
    /// one is still being compiled; this one is for bundles of other architectures.
    public struct CoreMLTextEncoder: TextEncoder {
        public var space: String { embedding.id }
        public var dim: Int { embedding.dim }
        public let calibration: Calibration
        private let embedding: EmbeddingSpace
        private let tokenizer: any Tokenizer
        private let package: PackageSpec
        private let session: ModelSession

        /// Reads the manifest and the tokenizer: the model is loaded by `prewarm` or the first text.
        ///
        /// - Parameters:
        ///   - bundle: One with packages; `verify` it first if it may be damaged.
        ///   - width: Cuts the embeddings to one of the manifest's widths; nil for the widest.
        ///   - units: Where the model may run.
        ///   - cache: Where the compiled model is kept.
        /// - Throws: `PhotoSearchError` of kind `bundle` if it has no packages or no tokenizer that
        ///   Swift reads, of kind `usage` for a width that the model was not trained for.
        public init(
            _ bundle: ModelBundle, width: Int? = nil, units: ComputeUnits = .cpuAndNeuralEngine,
            cache: ModelCache = .standard
        ) throws(PhotoSearchError) {
            package = try bundle.packages().text
            tokenizer = try bundle.tokenizer()
            embedding = try EmbeddingSpace(bundle.manifest, width: width)
            calibration = bundle.manifest.calibration
            session = ModelSession(bundle, package, units: units, cache: cache)
        }

        public func encode(_ text: String) async throws -> [Float] {
            let (ids, padID, package) = (tokenizer.encode(text), tokenizer.padID, package)
            let values = try await session.perform { model in
                var arrays: [String: Any] = [:]
                for port in package.inputs {
                    let values = try TextInputs.values(port, ids: ids, padID: padID)
                    let array = try Prediction.array(port, values)
                    arrays[port.name] = MLFeatureValue(multiArray: array)
                }
                let input = try MLDictionaryFeatureProvider(dictionary: arrays)
                return try Prediction.run(model, input, output: package.output)
            }
            return try embedding.fit(values)
        }

        /// Compiles and loads the model, and runs it once on a word, whose vector is dropped.
        public func prewarm() async throws {
            _ = try await encode("photo")
        }

        /// Gives memory back. The next text loads again.
        public func unload() async {
            await session.unload()
        }
    }
#endif
