import Foundation
import Testing

@testable import PhotoSearch

@Suite struct WritingTests {
    private static let space = Space.test(dim: 4)

    private let folder: TemporaryFolder
    private let url: URL

    init() throws {
        folder = try TemporaryFolder()
        url = folder.url.appendingPathComponent("x.photoindex")
    }

    private func indexed(_ name: String, _ hash: String, _ vector: [Float]) -> IndexChange {
        .index(.test(name), contentHash: hash, vector: vector, info: PhotoInfo(width: 4, height: 3))
    }

    /// Two photos and a copy of the second.
    private func make(_ kind: PhotoIndex.Kind = .sq8) async throws -> PhotoIndex {
        let index = try PhotoIndex.create(at: url, kind: kind)
        let changes = [
            indexed("a", "h1", [1, 0, 0, 0]), indexed("b", "h2", [0, 1, 0, 0]),
            indexed("c", "h2", [0, 1, 0, 0]),
        ]
        try await index.apply(changes, in: Self.space)
        return index
    }

    private func names(_ hits: [Hit]) -> [String] {
        hits.map { String($0.source.description.dropFirst(3)) }
    }

    private func embeddings() throws -> SQLValue? {
        try Catalog(directory: url.path).database.value("SELECT count(*) FROM embeddings")
    }

    @Test func theTablesAreThoseOfPython() throws {
        let path = try Fixture.path("catalogs/catalog.sql")
        let lines = String(decoding: try OpenFile.bytes(path), as: UTF8.self).split(
            separator: ";\n")
        #expect(lines.filter { $0.hasPrefix("CREATE") }.map(String.init) == Catalog.tables)
    }

    @Test(arguments: PhotoIndex.Kind.allCases)
    func whatIsWrittenIsFound(kind: PhotoIndex.Kind) async throws {
        let index = try await make(kind)
        #expect(names(try await index.search(vector: [0, 1, 0, 0], limit: 3)) == ["b", "c", "a"])
        try await index.compact()
        let other = try PhotoIndex(at: url)
        #expect(names(try await other.search(vector: [0, 1, 0, 0], limit: 3)) == ["b", "c", "a"])
        let file = "\(url.path)/\(VectorFile.fileName)"
        let vectors = VectorFile.load(path: file, oldest: 1, newest: 1, dim: 4)
        #expect(vectors?.index.kind == "IDMap2,\(kind.rawValue)")
        #expect(try embeddings() == .integer(2))
    }

    @Test func otherContentGetsAnotherID() async throws {
        let index = try await make()
        try await index.apply([indexed("a", "h3", [0, 0, 1, 0])], in: Self.space)
        let photos = try await index.photos()
        #expect(photos.map(\.id) == [2, 3, 4])
        #expect(try embeddings() == .integer(2))  // the former one is forgotten
        #expect(names(try await index.search(vector: [0, 0, 1, 0], limit: 1)) == ["a"])
        #expect(try await index.status().generation == 2)
    }

    @Test func theSameContentChangesNothingThatASearchSees() async throws {
        let index = try await make()
        let again = IndexChange.index(
            .test("a", size: 9), contentHash: "h1", vector: [1, 0, 0, 0], info: nil)
        try await index.apply([again], in: Self.space)
        #expect(try await index.status().generation == 1)
        #expect(try await index.photos().first?.found.sizeBytes == 9)
    }

    @Test func theSameContentMayBeDescribedAnew() async throws {
        let index = try await make()
        let info = PhotoInfo(width: 4, height: 3, isFavourite: true, media: [.live, .burst])
        let again = IndexChange.index(.test("a"), contentHash: "h1", vector: nil, info: info)
        try await index.apply([again, again], in: Self.space)
        #expect(try await index.status().generation == 2)
        let first = try #require(try await index.photos().first)
        #expect((first.id, first.info) == (1, info))
        let words: [Set<MediaFilter>] = [[.live], [.burst, .video], [.photo], [.panorama], []]
        for (media, expected) in zip(words, [["a"], ["a"], ["b", "c"], [], ["a", "b", "c"]]) {
            let hits = try await index.search(vector: [1, 1, 0, 0], filter: Filter(media: media))
            #expect(names(hits).sorted() == expected)
        }
    }

    @Test func kindsOfMediaHaveNames() {
        let all = MediaKinds(rawValue: 63)
        #expect(all.names == ["live", "panorama", "portrait", "screenshot", "burst", "video"])
        #expect(MediaKinds(names: all.names.reversed()) == all)
        #expect(MediaKinds(names: []) == [])
        #expect(MediaKinds(names: ["photo"]) == nil)
    }

    @Test func aCopyNeedsNoVectorOfItsOwn() async throws {
        let index = try await make()
        #expect(try await index.holds(contentHash: "h2"))
        let copy = IndexChange.index(.test("d"), contentHash: "h2", vector: nil, info: nil)
        try await index.apply([copy], in: Self.space)
        #expect(names(try await index.search(vector: [0, 1, 0, 0], limit: 3)) == ["b", "c", "d"])
        let unknown = IndexChange.index(.test("e"), contentHash: "h9", vector: nil, info: nil)
        let error = await #expect(throws: PhotoSearchError.self) {
            try await index.apply([unknown], in: Self.space)
        }
        #expect(error?.kind == .usage)
    }

    @Test func anEmbeddingGoesWithItsLastPhoto() async throws {
        let index = try await make()
        try await index.apply([.remove(PhotoSource("/p/b"))], in: Self.space)
        #expect(names(try await index.search(vector: [0, 1, 0, 0], limit: 3)) == ["c", "a"])
        #expect(try embeddings() == .integer(2))
        try await index.apply([.remove(PhotoSource("/p/c"))], in: Self.space)
        #expect(try embeddings() == .integer(1))
    }

    @Test func aPendingPhotoStaysFoundAndAFailedOneDoesNot() async throws {
        let index = try await make()
        let changes: [IndexChange] = [
            .pending(.test("a"), reason: "not on this device"),
            .failed(.test("b"), reason: "damaged"),
            .pending(.test("d"), reason: "not on this device"),
        ]
        try await index.apply(changes, in: Self.space)
        let status = try await index.status()
        #expect((status.indexed, status.pending, status.failed) == (2, 1, 1))
        #expect(
            names(try await index.search(vector: [1, 1, 0, 0], limit: 3)).sorted() == ["a", "c"])
        let pending = try #require(try await index.photos().first { $0.status == .pending })
        try await index.apply([indexed("d", "h4", [0, 0, 0, 1])], in: Self.space)
        #expect(try await index.photos().last { $0.status == .indexed }?.id == pending.id)
    }

    @Test func aBatchIsWrittenAtOnceOrNotAtAll() async throws {
        let index = try await make()
        let changes = [indexed("d", "h4", [0, 0, 0, 1]), indexed("e", "h5", [1])]
        let error = await #expect(throws: PhotoSearchError.self) {
            try await index.apply(changes, in: Self.space)
        }
        #expect(error?.kind == .shape)
        #expect(try await index.photos().count == 3)
    }

    @Test func vectorsOfTwoSpacesNeverMeet() async throws {
        let index = try await make()
        let other = Space(space: "cd", model: "test", dim: 4, calibration: Self.space.calibration)
        let error = await #expect(throws: PhotoSearchError.self) {
            try await index.apply([indexed("d", "h4", [0, 0, 0, 1])], in: other)
        }
        #expect(error?.kind == .wrongSpace)
    }

    @Test func changesAndCompactionsOfOneIndexWaitForOneAnother() async throws {
        let index = try await make()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                let change = indexed("new\(number)", "n\(number)", [0, 0, 1, 0])
                group.addTask {
                    if number % 3 == 0 { try await index.compact() }
                    if number % 3 == 1 { try await index.publish() }
                    try await index.apply([change], in: Self.space)
                    _ = try await index.search(vector: [0, 0, 1, 0], limit: 3)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await index.search(vector: [0, 0, 1, 0], limit: 100).count == 43)
    }

    @Test func whatAKilledWriterLeftIsSweptUp() async throws {
        let index = try await make()
        let left = url.appendingPathComponent("\(VectorFile.fileName).77.tmp")
        try Data("half".utf8).write(to: left)
        try await index.compact()
        #expect(!FileManager.default.fileExists(atPath: left.path))
    }

    @Test func oneWriterAtATime() async throws {
        let index = try await make()
        let lock = try WriterLock(directory: url.path)
        let error = await #expect(throws: PhotoSearchError.self) { try await index.publish() }
        #expect(error?.kind == .indexLocked)
        #expect(try await index.search(vector: [1, 0, 0, 0], limit: 1).count == 1)
        _ = consume lock
        try await index.publish()
    }

    @Test func aPatientWriterWaitsForTheOther() async throws {
        let index = try await make()
        let patient = try PhotoIndex(at: url, patience: .seconds(60))
        let lock = try WriterLock(directory: url.path)
        let change = indexed("d", "h4", [0, 0, 0, 1])
        async let written: Void = patient.apply([change], in: Self.space)
        try await Task.sleep(for: .milliseconds(20))
        #expect(try await index.search(vector: [0, 0, 0, 1], limit: 9).count == 3)
        _ = consume lock
        try await written
        #expect(try await index.search(vector: [0, 0, 0, 1], limit: 9).count == 4)
    }

    @Test func aWriterThatWaitsCanBeCancelled() async throws {
        _ = try await make()
        let patient = try PhotoIndex(at: url, patience: .seconds(600))
        let lock = try WriterLock(directory: url.path)
        let writing = Task { try await patient.apply([], in: Self.space) }
        writing.cancel()
        await #expect(throws: CancellationError.self) { try await writing.value }
        _ = consume lock
    }

    @Test func somePhotosAreAskedFor() async throws {
        let index = try await make()
        let partly = IndexChange.index(
            FoundPhoto(source: PhotoSource("part"), sizeBytes: 0, modifiedNS: 0),
            contentHash: "h5", vector: [0, 0, 1, 0], info: nil)
        let rest: [IndexChange] = [
            partly, .pending(.test("later"), reason: "away"), .failed(.test("bad"), reason: "bad"),
        ]
        try await index.apply(rest, in: Self.space)
        func names(_ which: PhotoRows) async throws -> [String] {
            try await index.photos(which).map(\.found.source.description)
        }
        let all = try await names(.all)
        #expect(all.count == 6)
        #expect(try await names(.indexedInPart) == ["part"])
        #expect(try await names(.unsearchable) == Array(all[4...]))
        let asked = [all[3], "nobody", all[0]].map { PhotoSource($0) }
        #expect(try await names(.named(asked)) == [all[0], all[3]])
        let many = (0..<1200).map { PhotoSource("\($0)") } + all.map { PhotoSource($0) }
        #expect(try await names(.named(many)) == all)
    }

    @Test func anEmptyIndexFindsNothing() async throws {
        let index = try PhotoIndex.create(at: url)
        #expect(try await index.search(vector: [1, 0, 0, 0]).isEmpty)
        try await index.publish()
        let again = try PhotoIndex.create(at: url, kind: .flat)  // stays as it is
        #expect(try await again.status().indexed == 0)
    }
}
