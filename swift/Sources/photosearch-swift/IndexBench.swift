import FaissFormat
import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Searches of an index, timed.
struct IndexBench {
    private static let k = 20
    private static let share = 100  // of a filter: one photo in so many

    private let place: URL
    private let queries: Int

    init(_ place: URL, queries: Int) {
        (self.place, self.queries) = (place, queries)
    }

    /// - Throws: `PhotoSearchError` of kind `usage` for an index without photos.
    func figures() async throws -> [Figure] {
        guard let space = try await PhotoIndex(at: place).space else {
            throw PhotoSearchError(.usage, "\(place.path): got no indexed photos, expected some")
        }
        let vectors = RandomVectors(dim: space.dim).prefix(queries)
        let (index, opened) = try await milliseconds {
            let index = try PhotoIndex(at: place)
            _ = try await index.search(vector: vectors[0], limit: Self.k)
            return index
        }
        var figures = [
            Figure(name: "open_ms", title: "open, first answer", value: opened, unit: "ms")
        ]
        figures += try await timed(vectors, index, Filter()).figures("search", "search")
        let memory = Self.memory
        let some = try await some(of: index, near: vectors[0])
        figures += try await timed(vectors, index, some).figures("filtered", "search in 1 %")
        figures += try await ReadingBench(index, queries: queries).figures(vectors[0])
        figures += try firstPass(vectors)
        let photos = try await index.status().indexed
        figures.append(
            Figure(name: "photos", title: "photos", value: Double(photos), unit: ""))
        figures.append(
            Figure(name: "memory_mb", title: "memory", value: memory / 1e6, unit: "MB"))
        return figures
    }

    private func timed(
        _ vectors: [[Float]], _ index: PhotoIndex, _ filter: Filter
    ) async throws -> Timings {
        _ = try await index.search(vector: vectors[0], limit: Self.k, filter: filter)
        var times: [Double] = []
        for vector in vectors {
            times.append(
                try await milliseconds {
                    try await index.search(vector: vector, limit: Self.k, filter: filter)
                }.1)
        }
        return Timings(times)
    }

    private func some(of index: PhotoIndex, near vector: [Float]) async throws -> Filter {
        let count = max(try await index.status().indexed / Self.share, 1)
        return Filter(ids: Set(try await index.search(vector: vector, limit: count).map(\.id)))
    }

    /// By short codes first, over the file of vectors alone; nothing where it is not SQ8.
    private func firstPass(_ vectors: [[Float]]) throws -> [Figure] {
        let file = place.appendingPathComponent("vectors.faiss").path
        guard let index = try? openFaiss(file),
            let codes = try? ShortCodes(
                of: index, width: min(ShortCodes.defaultWidth, index.dimension))
        else { return [] }
        let options = SearchOptions(firstPass: FirstPass(codes: codes))
        let times = try vectors.map { vector in
            let started = ContinuousClock.now
            _ = try index.search(vector, k: min(Self.k, index.count), options: options)
            return (ContinuousClock.now - started) / .milliseconds(1)
        }
        return Timings(times).figures("first_pass", "search by short codes")
    }

    /// The most bytes that this process held.
    private static var memory: Double {
        let own: Int32 = 0  // RUSAGE_SELF, whose type is not the same on all systems
        var usage = rusage()
        getrusage(own, &usage)
        #if canImport(Darwin)
            return Double(usage.ru_maxrss)
        #else
            return 1024 * Double(usage.ru_maxrss)
        #endif
    }
}

/// Unit vectors, the same in every run.
struct RandomVectors {
    let dim: Int

    func prefix(_ count: Int) -> [[Float]] {
        var state: UInt64 = 1
        return (0..<count).map { _ in
            let values = (0..<dim).map { _ in Self.next(&state) }
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return values.map { $0 / max(length, 1e-6) }
        }
    }

    /// -1 to 1, by SplitMix64: G. Steele et al., "Fast splittable pseudorandom number generators"
    /// (2014).
    private static func next(_ state: inout UInt64) -> Float {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Float(z >> 40) / 0x1p23 - 1
    }
}
