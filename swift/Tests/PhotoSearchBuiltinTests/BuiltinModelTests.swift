// The built-in model: its files and weights everywhere, its package where there is Core ML.

import Foundation
import PhotoSearch
import PhotoSearchBuiltin
import PhotoSearchCoreML
import Testing

@Suite struct BuiltinModelTests {
    private func packages() throws -> (bundle: ModelBundle, all: [PackageSpec]) {
        let bundle = try BuiltinModel.bundle()
        let packages = try #require(bundle.manifest.packages)
        return (bundle, packages.all)
    }

    @Test func theBundleIsWhole() throws {
        try BuiltinModel.bundle().verify()
    }

    @Test func itsWeightsAnswerAQuery() async throws {
        let encoder = try PortableTextEncoder(BuiltinModel.bundle())
        let vector = try await encoder.embed(SearchQuery(parsing: "a dog on the beach")).toward
        #expect(vector.count == encoder.dim)
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
    }

    @Test func itIsNoLargerThanItSays() {
        let report = try? BuiltinModel.bundle().check()
        #expect(report?.isSound == true)
        #expect((report?.sizeBytes ?? .max) <= 22_000_000)
    }

    @Test func itHoldsNoWeightTwice() throws {
        let manifest = try BuiltinModel.bundle().manifest
        #expect(manifest.packages?.text == nil)  // its weights answer words
        #expect(manifest.weights != nil)  // those of the image tower lie in its package
    }

    @Test func itsPackagesRunOnEverySystemThatTheSwiftPackageSupports() throws {
        for package in try packages().all {
            #expect(package.target == .iOS16)
            #expect(package.weights == "int8")
        }
    }

    @Test func itsPackagesLieWhereCoreMLIsToldToLook() throws {
        let (bundle, all) = try packages()
        for package in all {
            let manifest = bundle.url(of: package).appendingPathComponent("Manifest.json")
            #expect(FileManager.default.fileExists(atPath: manifest.path))
        }
    }

    @Test func eachPackageIsCompiledOnceAndKeptUnderItsOwnName() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        // stands in for Core ML's compiler: it copies
        let cache = ModelCache(directory: folder.appendingPathComponent("cache")) { package in
            let made = folder.appendingPathComponent(UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: package, to: made)
            return made
        }
        let (bundle, all) = try packages()
        var places: Set<URL> = []
        for package in all + all { places.insert(try await cache.compiled(package, of: bundle)) }
        #expect(places.count == all.count)
    }
}

#if canImport(CoreML)
    #if canImport(Darwin)
        private let isCoreMLReal = true
    #else
        private let isCoreMLReal = false
    #endif

    /// The package as Core ML runs it. Linux compiles this and leaves it out: there Core ML is a
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

        @Test func wordsAreLeftToTheWeights() {
            let error = #expect(throws: PhotoSearchError.self) {
                _ = try CoreMLTextEncoder(bundle, cache: cache)
            }
            #expect(error?.kind == .bundle)
            #expect(error?.message.hasSuffix("use PortableTextEncoder") == true)
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
