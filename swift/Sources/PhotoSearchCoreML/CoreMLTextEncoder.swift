#if canImport(CoreML)
    import CoreML
    import PhotoSearch

    /// Words to vectors through the bundle's text package.
    ///
    /// This is for bundles of other architectures than the built-in model's. Of that one the weights
    /// answer words, through `PortableTextEncoder`, while nothing is compiled; its bundles hold no
    /// text package.
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
        ///   - bundle: One with a text package; `verify` it first if it may be damaged.
        ///   - width: Cuts the embeddings to one of the manifest's widths; nil for the widest.
        ///   - units: Where the model may run.
        ///   - cache: Where the compiled model is kept.
        /// - Throws: `PhotoSearchError` of kind `bundle` if it has no text package or no tokenizer
        ///   that Swift reads, of kind `usage` for a width that the model was not trained for.
        public init(
            _ bundle: ModelBundle, width: Int? = nil, units: ComputeUnits = .cpuAndNeuralEngine,
            cache: ModelCache = .standard
        ) throws(PhotoSearchError) {
            guard let package = try bundle.packages().text else {
                throw PhotoSearchError(
                    .bundle,
                    """
                    \(bundle.manifest.name) \(bundle.manifest.version) holds no text package: its \
                    weights answer words, use PortableTextEncoder
                    """)
            }
            self.package = package
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
