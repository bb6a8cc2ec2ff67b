import PhotoSearch

func search(_ index: PhotoIndex) async throws {
    for hit in try await index.search("sunset", limit: 50) {
        print(hit.source, hit.confidence ?? 0)
    }
}

func searchNearby(_ index: PhotoIndex) async throws -> [Hit] {
    var filter = Filter(near: Near(latitude: 47.37, longitude: 8.54, radius: 20_000))
    filter.since = .instant(microseconds: 1_767_225_600_000_000, utcOffsetMinutes: 60)  // 2026
    filter.favourites = true
    filter.media = [.screenshot, .panorama]  // any of them
    let hits = try await index.search("lake", filter: filter)
    return hits
}

func readQuery(_ index: PhotoIndex, now: WallClock, zone: String) async throws {
    let reading = try QueryReading(
        reading: "beach in lisbon last summer without people", now: now, zone: zone,
        library: try await index.library())
    for span in reading.spans {
        print(reading.query[reading.range(of: span)], "is", span.kind)
    }
}

func searchMotifs(_ index: PhotoIndex) async throws {
    for group in try await index.search("birthday", collapsing: .nearDuplicates) {
        print(group.best.source, "and", group.others.count, "like it")
    }
}

func searchAsSomebodyTypes(_ index: PhotoIndex, into list: some Results) async throws {
    let session = SearchSession(index)
    let first = try await session.search("dog on", limit: 20)
    for try await hit in index.results(for: "dog on a beach", collapsing: .nearDuplicates) {
        if await !list.append(hit) { break }
    }
    _ = first
}

@MainActor protocol Results: AnyObject, Sendable {
    /// Whether more are wanted.
    func append(_ hit: Hit) -> Bool
}
