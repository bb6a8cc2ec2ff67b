import Testing

@testable import PhotoSearch

/// What pixels and files told of a photo stays while nobody looks at them again.
@Suite struct KeptStatesTests {
    private let folder: TemporaryFolder
    private let index: PhotoIndex

    init() throws {
        folder = try TemporaryFolder()
        index = try PhotoIndex.create(at: folder.url.appendingPathComponent("x.photoindex"))
    }

    private func apply(_ changes: IndexChange...) async throws {
        try await index.apply(changes, in: Space.test(dim: 2))
    }

    private func indexed(
        _ name: String, _ hash: String, _ media: MediaKinds, vector: [Float]? = [1, 0]
    ) -> IndexChange {
        .index(
            .test(name), contentHash: hash, vector: vector,
            info: PhotoInfo(width: 4, height: 3, media: media))
    }

    private func media() async throws -> [MediaKinds?] {
        try await index.photos().map { $0.info?.media }
    }

    @Test func aLibraryThatDescribesAPhotoDoesNotKnowThem() async throws {
        try await apply(indexed("a", "h", [.live, .selfie, .dark]))
        try await apply(.describe(PhotoSource("/p/a"), isFavourite: true, media: .burst))
        #expect(try await media() == [[.burst, .selfie, .dark]])
    }

    @Test func aCopyThatIsNotDecodedHasTheStatesOfItsContent() async throws {
        try await apply(indexed("a", "h", [.live, .blurry]))
        try await apply(indexed("b", "h", .panorama, vector: nil))
        #expect(try await media() == [[.live, .blurry], [.panorama, .blurry]])
    }

    @Test func anOriginalThatIsNotDecodedKeepsThem() async throws {
        try await apply(indexed("a", "h", .blackAndWhite))
        let info = PhotoInfo(width: 4, height: 3, media: .selfie)
        try await apply(.refine(.test("a"), contentHash: "h2", info: info))
        #expect(try await media() == [[.blackAndWhite, .selfie]])
    }

    @Test func whatIsDecodedAgainIsToldAnew() async throws {
        try await apply(indexed("a", "h", .dark))
        try await apply(indexed("a", "h2", .blurry))
        #expect(try await media() == [.blurry])
    }
}
