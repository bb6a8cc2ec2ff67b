#if canImport(CoreML)
    import Foundation
    import PhotoSearch
    import PhotoSearchBuiltin
    import PhotoSearchCoreML
    import Testing

    #if canImport(Darwin)
        private let isCoreMLReal = true
    #else
        private let isCoreMLReal = false
    #endif

    /// The packages as Core ML runs them. Linux compiles this and leaves it out: there Core ML is a
    /// stub.
    @Suite(.enabled(if: isCoreMLReal)) final class CoreMLTests {
        private let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(UUID().uuidString)
        private let cache: ModelCache
        private let bundle: ModelBundle

        init() throws {
            cache = ModelCache(directory: folder)
            bundle = try BuiltinModel.bundle()
        }

        deinit {
            try? FileManager.default.removeItem(at: folder)
        }

        private func cosine(_ left: [Float], _ right: [Float]) -> Float {
            zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
        }

        @Test func wordsAreEmbeddedAsByTheWeights() async throws {
            let weights = try PortableTextEncoder(bundle)
            // on every machine, virtual ones too
            let package = try CoreMLTextEncoder(bundle, units: .cpuOnly, cache: cache)
            for text in ["a dog on the beach", "x", "", "Ein Café, 北京 🐕"] {
                let cosine = cosine(try weights.encode(text), try await package.encode(text))
                #expect(cosine > 0.999, "\(text)")
            }
        }

        @Test func picturesBecomeUnitVectorsThatDiffer() async throws {
            let encoder = try CoreMLImageEncoder(bundle, units: .cpuOnly, cache: cache)
            try await encoder.prewarm()
            let side = encoder.image.size
            let pictures = try [[200, 30, 20], [20, 40, 200]].map { colour in
                try RGBImage(
                    width: side, height: side,
                    bytes: (0..<3 * side * side).map { UInt8(colour[$0 % 3]) })
            }
            let vectors = try await encoder.encode(pictures)
            await encoder.unload()
            for vector in vectors { #expect(abs(cosine(vector, vector) - 1) < 1e-3) }
            #expect(cosine(vectors[0], vectors[1]) < 0.99)
            #expect(try await encoder.encode(pictures) == vectors)
        }
    }
#endif
