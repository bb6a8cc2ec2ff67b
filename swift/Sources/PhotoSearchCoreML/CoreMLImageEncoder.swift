#if canImport(CoreML)
    import CoreML
    import CoreVideo
    import PhotoSearch

    /// Photos to vectors through the bundle's image package.
    ///
    /// ```swift
    /// let encoder = try CoreMLImageEncoder(bundle)
    /// let picture = try ImageIODecoder().decode(file, atLeast: encoder.image.size)
    /// let vectors = try await encoder.encode([picture.prepared(for: encoder.image)])
    /// ```
    public struct CoreMLImageEncoder: ImageEncoder {
        public var space: String { embedding.id }
        public var dim: Int { embedding.dim }
        public let image: ImageSpec
        private let embedding: EmbeddingSpace
        private let input: PackageSpec.Port
        private let output: PackageSpec.Port
        private let batch: Int
        private let session: ModelSession

        /// Reads nothing but the manifest: the model is loaded by `prewarm` or the first photo.
        ///
        /// - Parameters:
        ///   - bundle: One with packages; `verify` it first if it may be damaged.
        ///   - width: Cuts the embeddings to one of the manifest's widths; nil for the widest.
        ///   - units: Where the model may run. In the background only the Neural Engine and the CPU
        ///     are to be had: the system ends an app that uses the GPU there.
        ///   - batch: Photos that Core ML is given at a time, 1 at least.
        ///   - cache: Where the compiled model is kept.
        /// - Throws: `PhotoSearchError` of kind `bundle` if it has no packages or another input, of
        ///   kind `usage` for a width that the model was not trained for or a batch below 1.
        public init(
            _ bundle: ModelBundle, width: Int? = nil, units: ComputeUnits = .cpuAndNeuralEngine,
            batch: Int = 16, cache: ModelCache = .standard
        ) throws(PhotoSearchError) {
            guard batch >= 1 else {
                throw PhotoSearchError(.usage, "batch: got \(batch), expected at least 1")
            }
            let package = try bundle.packages().image
            image = bundle.manifest.image
            guard package.inputs.count == 1, let input = package.inputs.first, input.colors == .rgb
            else {
                throw PhotoSearchError(
                    .bundle, "\(package.file): got other inputs, expected one RGB picture")
            }
            embedding = try EmbeddingSpace(bundle.manifest, width: width)
            (self.input, output, self.batch) = (input, package.output, batch)
            session = ModelSession(bundle, package, units: units, cache: cache)
        }

        public func encode(_ pictures: [RGBImage]) async throws -> [[Float]] {
            try check(pictures)
            var vectors: [[Float]] = []
            vectors.reserveCapacity(pictures.count)
            for start in stride(from: 0, to: pictures.count, by: batch) {
                try Task.checkCancellation()
                let part = Array(pictures[start..<min(start + batch, pictures.count)])
                let (name, output) = (input.name, output)
                let values = try await session.perform { model in
                    let inputs = try part.map { try Self.features($0, name) }
                    return try Prediction.run(model, inputs, output: output)
                }
                for each in values { vectors.append(try embedding.fit(each)) }
            }
            return vectors
        }

        /// Compiles and loads the model, and runs it once on a grey picture, whose vector is dropped.
        public func prewarm() async throws {
            let grey: UInt8 = 128
            let bytes = [UInt8](repeating: grey, count: 3 * image.size * image.size)
            let picture = try RGBImage(width: image.size, height: image.size, bytes: bytes)
            _ = try await encode([picture])
        }

        public func unload() async {
            await session.unload()
        }

        private static func features(
            _ picture: RGBImage, _ name: String
        ) throws -> any MLFeatureProvider {
            let value = MLFeatureValue(pixelBuffer: try pixelBuffer(picture))
            return try MLDictionaryFeatureProvider(dictionary: [name: value])
        }

        /// Backed by an IOSurface, so that the Neural Engine reads it where it is.
        private static func pixelBuffer(_ picture: RGBImage) throws -> CVPixelBuffer {
            let surface: [CFString: Any] = [
                kCVPixelBufferIOSurfacePropertiesKey: [CFString: Any]()
            ]
            var made: CVPixelBuffer?
            let status = CVPixelBufferCreate(
                nil, picture.width, picture.height, kCVPixelFormatType_32BGRA,
                surface as CFDictionary, &made)
            guard let buffer = made, status == kCVReturnSuccess,
                CVPixelBufferLockBaseAddress(buffer, []) == kCVReturnSuccess
            else { throw PhotoSearchError(.model, "pixel buffer: got status \(status)") }
            defer { _ = CVPixelBufferUnlockBaseAddress(buffer, []) }
            guard let base = CVPixelBufferGetBaseAddress(buffer) else {
                throw PhotoSearchError(.model, "pixel buffer: got no address")
            }
            let rowBytes = CVPixelBufferGetBytesPerRow(buffer)
            let bytes = UnsafeMutableRawBufferPointer(start: base, count: rowBytes * picture.height)
            PixelRows.write(picture, to: bytes, rowBytes: rowBytes)
            return buffer
        }
    }
#endif
