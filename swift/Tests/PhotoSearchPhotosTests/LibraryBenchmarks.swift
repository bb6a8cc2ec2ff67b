// What a pass itself costs, over the fakes: no time is asserted.
//   PHOTOSEARCH_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter LibraryBenchmarks

import Foundation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

#if canImport(Glibc)
    import Glibc
#endif

@Suite(
    .serialized, .enabled(if: ProcessInfo.processInfo.environment["PHOTOSEARCH_BENCH"] != nil))
struct LibraryBenchmarks {
    private static let side = 256

    /// The library's own pictures against files of 12 megapixels. The fake's files are not compressed,
    /// so what a system's decoder takes is not among it; reading, hashing and scaling are.
    @Test func picturesAgainstOriginals() async throws {
        let picture = try Self.picture(342, Self.side)
        let original = try PPMDecoder.encode(Self.picture(4032, 3024))
        let count = 64
        let small = try await rate(count) { (.notOnDevice, .found(picture)) }
        let large = try await rate(count) { (.found(original), .notOnDevice) }
        print("pictures: \(Int(small)) photos/s, originals: \(Int(large)) photos/s")
        print("pictures are \((small / large).rounded()) times as fast")
    }

    /// Photos of a large library: a first pass, one with nothing new, and one over everything again.
    @Test(arguments: [0, 50_000, 300_000])
    func largeLibraries(count: Int) async throws {
        let (library, directory) = (FakePhotoLibrary(), TemporaryDirectory())
        let picture = try Self.picture(2, 2)
        for number in 0..<count {
            await library.set(
                Rig.photo("\(UUID().uuidString)/L0/001", taken: Double(number)), .notOnDevice,
                picture: .found(picture))
        }
        let before = Self.memory
        let store = try IndexStore(at: directory.url, encoder: FakeEncoder(side: 2), model: "fake")
        var policy = IndexingPolicy.foreground
        policy.batch = 1024
        let indexer = LibraryIndexer(
            library: library, decoder: PPMDecoder(), encoder: try FakeEncoder(side: 2),
            store: store,
            policy: policy)
        for title in ["first", "nothing new", "everything again"] {
            if title == "everything again" { await library.forgetHistory() }
            let seconds = await seconds { _ = await Rig.end(of: indexer.run()) }
            let grown = (Self.memory - before) / 1_000_000
            print("\(count) photos, \(title): \(seconds) s, \(grown) MB more at most")
        }
        #expect(try await store.index.status().indexed == count)
    }

    private func rate(
        _ count: Int, _ answers: () -> (LibraryAnswer<Data>, LibraryAnswer<RGBImage>)
    ) async throws -> Double {
        let library = FakePhotoLibrary()
        for number in 0..<count {
            let (original, picture) = answers()
            let photo = LibraryPhoto(
                identifier: "\(number)", modifiedAt: nil, width: 4032, height: 3024)
            await library.set(photo, original, picture: picture)
        }
        let indexer = LibraryIndexer(
            library: library, decoder: PPMDecoder(), encoder: try FakeEncoder(side: Self.side),
            store: HashlessStore())
        return Double(count) / (await seconds { _ = await Rig.end(of: indexer.run()) })
    }

    private func seconds(_ body: () async -> Void) async -> Double {
        let began = ContinuousClock.now
        await body()
        return (((ContinuousClock.now - began) / .milliseconds(1)) / 10).rounded() / 100
    }

    private static func picture(_ width: Int, _ height: Int) throws -> RGBImage {
        let bytes = (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        return try RGBImage(width: width, height: height, bytes: bytes)
    }

    /// The most bytes that this process held.
    private static var memory: Int {
        var usage = rusage()
        getrusage(.init(0), &usage)
        #if canImport(Darwin)
            return usage.ru_maxrss
        #else
            return 1024 * usage.ru_maxrss
        #endif
    }
}

/// Knows no content, so that copies are embedded, too.
private actor HashlessStore: PhotoStore {
    func space() -> String? { nil }
    func photos(_ which: PhotoRows) -> [IndexedPhoto] { [] }
    func holds(contentHash: String) -> Bool { false }
    func apply(_ changes: [IndexChange], space: String) {}
    func publish() {}
    func token() -> Data? { nil }
    func keep(token: Data?) {}
}
