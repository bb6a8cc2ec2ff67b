import PhotoSearch

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Searches of an index that changes, timed on a copy of it.
struct ChangeBench {
    private static let rounds = 20
    private static let photos = 16  // of a round
    private static let pause = Duration.milliseconds(100)  // between batches of a pass
    private static let searches = 500
    private static let name = "bench"  // of a photo; no path begins like this

    private let place: URL

    init(_ place: URL) {
        self.place = place
    }

    /// - Throws: `PhotoSearchError` of kind `storage` if there is no room for a copy.
    func figures() async throws -> [Figure] {
        let copy = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(UUID().uuidString).photoindex")
        defer { try? FileManager.default.removeItem(at: copy) }
        do {
            try FileManager.default.copyItem(at: place, to: copy)
        } catch {
            throw PhotoSearchError(.storage, "\(copy.path): \(error)")
        }
        let index = try PhotoIndex(at: copy)
        guard let space = try await index.space else { return [] }
        return try await changed(index, space) + beside(index, space) + compacted(index)
    }

    private func changed(_ index: PhotoIndex, _ space: Space) async throws -> [Figure] {
        let vectors = RandomVectors(dim: space.dim).prefix(Self.rounds * Self.photos)
        var (changes, searches): ([Double], [Double]) = ([], [])
        _ = try await index.search(vector: vectors[0])
        for start in stride(from: 0, to: vectors.count, by: Self.photos) {
            let new = (start..<start + Self.photos).map { Self.change($0, vectors[$0]) }
            changes.append(try await milliseconds { try await index.apply(new, in: space) }.1)
            searches.append(
                try await milliseconds { try await index.search(vector: vectors[0]) }.1)
        }
        return Timings(changes).figures("add_16", "16 photos come")
            + Timings(searches).figures("search_after", "search after that")
    }

    private static func change(_ number: Int, _ vector: [Float]) -> IndexChange {
        let name = "\(name) \(number)"
        return .index(
            FoundPhoto(source: PhotoSource(name), sizeBytes: 0, modifiedNS: 0), contentHash: name,
            vector: vector, info: nil)
    }

    /// Searches alone, then the same ones while photos come at 160 a second, as in a pass: each batch
    /// looks its photos up and adds them.
    private func beside(_ index: PhotoIndex, _ space: Space) async throws -> [Figure] {
        let vectors = RandomVectors(dim: space.dim).prefix(Self.photos)
        let alone = try await searches(index, vectors)
        let pass = Task {
            for number in 1... {
                try Task.checkCancellation()
                let places = vectors.indices.map { number * 1000 + $0 }
                let names = places.map { PhotoSource("\(Self.name) \($0)") }
                _ = try await index.photos(.named(names))
                _ = try await index.photos(.unsearchable)
                let new = zip(places, vectors).map(Self.change)
                try await index.apply(new, in: space)
                try await Task.sleep(for: Self.pause)
            }
        }
        let beside = try await searches(index, vectors)
        pass.cancel()
        return alone.figures("search_alone", "search alone")
            + beside.figures("search_beside", "search beside a pass")
    }

    private func searches(_ index: PhotoIndex, _ vectors: [[Float]]) async throws -> Timings {
        var times: [Double] = []
        for number in 0..<Self.searches {
            let vector = vectors[number % vectors.count]
            times.append(try await milliseconds { try await index.search(vector: vector) }.1)
        }
        return Timings(times)
    }

    /// How long it takes, and what a search takes meanwhile.
    private func compacted(_ index: PhotoIndex) async throws -> [Figure] {
        guard let dim = try await index.space?.dim else { return [] }
        let vector = RandomVectors(dim: dim).prefix(1)[0]
        let searching = Task {
            var times: [Double] = []
            while !Task.isCancelled {
                times.append(try await milliseconds { try await index.search(vector: vector) }.1)
            }
            return Timings(times)
        }
        let taken = try await milliseconds { try await index.compact() }.1
        searching.cancel()
        return [Figure(name: "compact_ms", title: "compaction", value: taken, unit: "ms")]
            + (try await searching.value).figures("search_meanwhile", "search meanwhile")
    }
}
