import Foundation
import PhotoSearch
import PhotoSearchBuiltin
import PhotoSearchCoreML
import Testing

@Suite struct BuiltinModelTests {
    private func packages() throws -> (bundle: ModelBundle, all: [PackageSpec]) {
        let bundle = try BuiltinModel.bundle()
        let packages = try #require(bundle.manifest.packages)
        return (bundle, [packages.image, packages.text])
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
        #expect(places.count == 2)
    }
}
