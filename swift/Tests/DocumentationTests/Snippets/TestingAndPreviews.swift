import PhotoSearch
import PhotoSearchPhotos
import Testing

@Test func aRedPhotoIsIndexed() async throws {
    let library = FakePhotoLibrary()
    let store = InMemoryPhotoStore()
    let red = try RGBImage(width: 1, height: 1, bytes: [255, 0, 0])
    await library.set(
        LibraryPhoto(identifier: "a", modifiedAt: .now, width: 1, height: 1),
        .found(PPMDecoder.encode(red)))
    let indexer = LibraryIndexer(
        library: library, decoder: PPMDecoder(), encoder: try FakeEncoder(), store: store,
        conditions: ConstantConditions())
    for await _ in await indexer.run() {}
    #expect(await store.rows["a"]?.photo.status == .indexed)
}

func shown() {
    let hit = Hit(rank: 1, id: 1, source: PhotoSource("A/L0/001"), score: 0.3, confidence: 0.8)
    let group = HitGroup(best: hit)
    let progress = IndexingProgress(phase: .indexing, total: 100, indexed: 40, photosPerSecond: 12)
    _ = (group, progress)
}
