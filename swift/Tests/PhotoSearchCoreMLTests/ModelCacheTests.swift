import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchCoreML

/// Stands in for Core ML's compiler: a folder with the package's name in it.
private actor FakeCompiler {
    private(set) var calls: [String] = []
    private let folder: URL
    private let failure: (any Error)?

    init(_ folder: URL, failure: (any Error)? = nil) {
        self.folder = folder
        self.failure = failure
    }

    func compile(_ package: URL) async throws -> URL {
        calls.append(package.lastPathComponent)
        try await Task.sleep(for: .milliseconds(20))  // so that two could meet
        if let failure { throw failure }
        let made = folder.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
        try Data(package.lastPathComponent.utf8).write(to: made.appendingPathComponent("model"))
        return made
    }
}

@Suite final class ModelCacheTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent(UUID().uuidString)
    private let bundle: ModelBundle
    private let packages: Packages
    private let compiler: FakeCompiler
    private let cache: ModelCache

    init() throws {
        bundle = try TestBundle.write(in: folder)
        packages = try #require(bundle.manifest.packages)
        let compiler = FakeCompiler(folder)
        self.compiler = compiler
        cache = ModelCache(directory: folder.appendingPathComponent("cache")) {
            try await compiler.compile($0)
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    @Test func aPackageIsCompiledOnce() async throws {
        let first = try await cache.compiled(packages.image, of: bundle)
        let second = try await cache.compiled(packages.image, of: bundle)
        #expect(first == second)
        #expect(first.pathExtension == "mlmodelc")
        #expect(
            try String(contentsOf: first.appendingPathComponent("model"), encoding: .utf8)
                == "image.mlpackage")
        #expect(await compiler.calls == ["image.mlpackage"])
    }

    @Test func twoWhoAskAtOnceWaitForTheSameCompilation() async throws {
        let (cache, image, bundle) = (cache, packages.image, bundle)
        async let one = cache.compiled(image, of: bundle)
        async let other = cache.compiled(image, of: bundle)
        #expect(try await one == other)
        #expect(await compiler.calls.count == 1)
    }

    @Test func anotherProcessFindsWhatWasCompiled() async throws {
        let place = try await cache.compiled(packages.image, of: bundle)
        let later = ModelCache(directory: folder.appendingPathComponent("cache")) { _ in
            throw CancellationError()
        }
        #expect(try await later.compiled(packages.image, of: bundle) == place)
    }

    @Test func otherContentIsCompiledAnew() async throws {
        let changed = try TestBundle.write(in: folder, hash: "cd")
        let old = try await cache.compiled(packages.image, of: bundle)
        let new = try await cache.compiled(
            try #require(changed.manifest.packages).image, of: changed)
        #expect(old != new)
        #expect(await compiler.calls.count == 2)
    }

    @Test func whatCouldNotBeCompiledIsAnErrorAndIsTriedAgain() async throws {
        let broken = FakeCompiler(folder, failure: CancellationError())
        let cache = ModelCache(directory: folder.appendingPathComponent("other")) {
            try await broken.compile($0)
        }
        for _ in 0..<2 {
            let (text, bundle) = (try #require(packages.text), bundle)
            let error = await #expect(throws: PhotoSearchError.self) {
                try await cache.compiled(text, of: bundle)
            }
            #expect(error?.kind == .model)
        }
        #expect(await broken.calls.count == 2)
    }

    @Test func aRemovedModelIsCompiledAgain() async throws {
        _ = try await cache.compiled(packages.image, of: bundle)
        await cache.remove(packages.image, of: bundle)
        _ = try await cache.compiled(packages.image, of: bundle)
        #expect(await compiler.calls.count == 2)
    }

    @Test func nothingHalfDoneIsLeftBehind() async throws {
        let place = try await cache.compiled(packages.image, of: bundle)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: place.deletingLastPathComponent().path)
        #expect(names == [place.lastPathComponent])
    }
}
