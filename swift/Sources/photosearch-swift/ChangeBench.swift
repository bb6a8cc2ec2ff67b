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
        return try await changed(index, space) + compacted(index)
    }

    private func changed(_ index: PhotoIndex, _ space: Space) async throws -> [Figure] {
        let vectors = RandomVectors(dim: space.dim).prefix(Self.rounds * Self.photos)
        var (changes, searches): ([Double], [Double]) = ([], [])
        _ = try await index.search(vector: vectors[0])
        for start in stride(from: 0, to: vectors.count, by: Self.photos) {
            let new = (start..<start + Self.photos).map { number in
                let photo = FoundPhoto(
                    source: PhotoSource("\(Self.name) \(number)"), sizeBytes: 0, modifiedNS: 0)
                return IndexChange.index(
                    photo, contentHash: "\(Self.name) \(number)", vector: vectors[number], info: nil
                )
            }
            changes.append(try await milliseconds { try await index.apply(new, in: space) }.1)
            searches.append(
                try await milliseconds { try await index.search(vector: vectors[0]) }.1)
        }
        return Timings(changes).figures("add_16", "16 photos come")
            + Timings(searches).figures("search_after", "search after that")
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
