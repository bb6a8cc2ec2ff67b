import PhotoSearch
import PhotoSearchPhotos
import Testing

@Test func aRedPhotoIsIndexed() async throws {
    let library = FakePhotoLibrary()
    let store = InMemoryPhotoStore()
    let red = try RGBImage(width: 1, height: 1, bytes: [255, 0, 0])
    await library.set(
        LibraryPhoto(identifier: "a", modifiedAt: 0, width: 1, height: 1),
        .found(PPMDecoder.encode(red)))
    let indexer = LibraryIndexer(
        library: library, decoder: PPMDecoder(), encoder: try FakeEncoder(), store: store,
        conditions: ConstantConditions())
    for await _ in await indexer.run() {}
    #expect(await store.rows["a"]?.status == .indexed)
}
