// Searches while the file of vectors is behind, and those that make a first pass by short codes.

import FaissFormat
import Foundation
import Testing

@testable import PhotoSearch

/// What searches find while the file of vectors stays behind the catalog.
@Suite struct SearchableVectorsTests {
    private static let space = Space.test(dim: 8)

    private let folder: TemporaryFolder
    private let url: URL

    init() throws {
        folder = try TemporaryFolder()
        url = folder.url.appendingPathComponent("x.photoindex")
    }

    /// Only a few vectors, so that there are many ties.
    private func indexed(_ number: Int, _ content: Int? = nil) -> IndexChange {
        let content = content ?? number
        let values = (0..<8).map { Float((content % 9 + $0 * (content % 4)) % 7) - 3.5 }
        let length = values.map { $0 * $0 }.reduce(0, +).squareRoot()
        return .index(
            .test(number), contentHash: "h\(content)", vector: values.map { $0 / length },
            info: PhotoInfo(width: 4, height: 3, isFavourite: content % 3 == 0))
    }

    private func index(_ kind: PhotoIndex.Kind = .flat, count: Int = 40) async throws -> PhotoIndex
    {
        let index = try PhotoIndex.create(at: url, kind: kind)
        try await index.apply((0..<count).map { indexed($0) }, in: Self.space)
        try await index.compact()
        return index
    }

    /// The same hits as those of an index that reads everything anew, and of a compacted one.
    private func check(_ index: PhotoIndex, _ filter: Filter = Filter()) async throws {
        let query: [Float] = [0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0]
        for k in [1, 7, 30, Int.max] {
            let hits = try await index.search(vector: query, limit: k, filter: filter)
            let fresh = try await PhotoIndex(at: url).search(
                vector: query, limit: k, filter: filter)
            #expect(hits == fresh)
            let catalog = try Catalog(directory: url.path)
            let all = try VectorRebuild.index(of: catalog, dim: 8)
            let ids = try Set(PassingPhotos.ids(filter, catalog))
            let best = try all.search(query, k: all.count, options: .init(ties: .firstRows))
            #expect(hits.map(\.id) == Array(best.map(\.id).filter(ids.contains).prefix(k)))
        }
    }

    @Test func whatComesAndGoesIsFoundWithoutTheFileBeingMadeAgain() async throws {
        let index = try await index()
        let file = url.appendingPathComponent(VectorFile.fileName)
        let before = try Data(contentsOf: file)
        try await check(index)
        for step in 0..<12 {
            let changes: [IndexChange] = [
                indexed(100 + step), indexed(200 + step, step), indexed(3 * step, 50 + step),
                .remove(PhotoSource("/p/\(5 * step)")), .remove(PhotoSource("/p/\(99 + step)")),
                .failed(.test(2 * step + 1), reason: "damaged"),
            ]
            try await index.apply(changes, in: Self.space)
            try await check(index)
            try await check(index, Filter(favourites: true))
        }
        #expect(try Data(contentsOf: file) == before)
    }

    @Test func aDeltaOfSeveralPartsIsSearchedInTheOrderOfIDs() async throws {
        let index = try await index(.sqfp16, count: 10)
        let pending = (5000..<5010).map { IndexChange.pending(.test($0), reason: "not here") }
        try await index.apply(pending, in: Self.space)
        for start in stride(from: 10, to: 2700, by: 900) {
            try await index.apply((start..<start + 900).map { indexed($0) }, in: Self.space)
            // with an id from before
            try await index.apply([indexed(5000 + start / 900)], in: Self.space)
            try await check(index)
        }
    }

    @Test func aCompactionByAnotherProcessIsSeen() async throws {
        let index = try await index()
        let other = try PhotoIndex(at: url)
        try await index.apply([indexed(100), .remove(PhotoSource("/p/1"))], in: Self.space)
        try await check(other)
        try await index.compact()
        try await check(other)
        try await index.apply([indexed(101), .remove(PhotoSource("/p/100"))], in: Self.space)
        try await check(other)
    }

    /// Two readers, one of which writes, and any order of what may happen.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func anyHistoryIsFollowed(seed: UInt64) async throws {
        var state = seed
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let index = try await index(seed % 2 == 0 ? .flat : .sqfp16, count: 30)
        let other = try PhotoIndex(at: url)
        for _ in 0..<25 {
            let changes: [IndexChange] = (0..<draw(5)).map { _ in
                switch draw(6) {
                case 0: .remove(PhotoSource("/p/\(draw(60))"))
                case 1: .failed(.test(draw(60)), reason: "damaged")
                case 2: .pending(.test(draw(60)), reason: "not here")
                case 3:
                    .describe(PhotoSource("/p/\(draw(60))"), isFavourite: draw(2) == 0, media: [])
                default: indexed(draw(60), draw(90))
                }
            }
            try await index.apply(changes, in: Self.space)
            if draw(6) == 0 { try await [index, other][draw(2)].compact() }
            if draw(2) == 0 { try await check(index, Filter(favourites: draw(2) == 0)) }
            if draw(3) == 0 { try await check(other, Filter(favourites: draw(2) == 0)) }
        }
    }

    @Test func tombstonesGoWithACompaction() async throws {
        let index = try await index()
        try await index.apply([.remove(PhotoSource("/p/1"))], in: Self.space)
        let database = try Catalog(directory: url.path).database
        let count = "SELECT count(*) FROM tombstones"
        #expect(try database.value(count) == .integer(1))
        try await index.compact()
        #expect(try database.value(count) == .integer(0))
        #expect(try Catalog(directory: url.path).compacted() == 2)
    }

    @Test func aFileIsRenewedOnceEnoughHasChanged() async throws {
        let index = try await index(count: 10)
        let file = "\(url.path)/\(VectorFile.fileName)"
        func generation() -> Int64? {
            VectorFile.load(path: file, oldest: 0, newest: 99, dim: 8)?.generation
        }
        try await index.apply((100..<1124).map { indexed($0) }, in: Self.space)
        try await index.publish()
        #expect(generation() == 1)
        try await index.apply([.remove(PhotoSource("/p/1"))], in: Self.space)
        try await index.publish()
        #expect(generation() == 3)
        try await check(index)
    }

    @Test func aMissingOrOldFileIsMadeUpFor() async throws {
        let index = try await index()
        let file = url.appendingPathComponent(VectorFile.fileName)
        let old = try Data(contentsOf: file)
        try await index.apply([indexed(100), .remove(PhotoSource("/p/1"))], in: Self.space)
        try await index.compact()
        try old.write(to: file)
        try await check(PhotoIndex(at: url))
        try FileManager.default.removeItem(at: file)
        try await check(PhotoIndex(at: url))
        try await index.publish()
        #expect(VectorFile.generation(path: file.path) == 2)
    }

    @Test func aFileOfALaterGenerationIsNeverTakenForOneOfThisCatalog() async throws {
        let index = try await index()
        let (vectors, _) = try VectorFile.read(
            path: url.appendingPathComponent(VectorFile.fileName).path, dim: 8)
        var foreign = try FaissWriter(
            encoder: VectorEncoder(format: .float32, dimension: 8), metric: .innerProduct)
        for row in 0..<vectors.count {
            try foreign.append([0, 0, 0, 0, 0, 0, 0, 1], id: Int64(row))
        }
        try VectorFile.save(
            foreign, path: url.appendingPathComponent(VectorFile.fileName).path, generation: 3)
        for number in 100..<104 {
            try await index.apply([indexed(number)], in: Self.space)
            try await check(PhotoIndex(at: url))
        }
    }

    @Test func aFavouriteIsSeenAtOnceAndKeepsItsID() async throws {
        let index = try await index()
        let favourites = Filter(favourites: true)
        let query: [Float] = [1, 0, 0, 0, 0, 0, 0, 0]
        let before = try await index.search(vector: query, limit: 100, filter: favourites).map(\.id)
        let changes: [IndexChange] = [
            .describe(PhotoSource("/p/1"), isFavourite: true, media: [.live]),
            .describe(PhotoSource("/p/3"), isFavourite: false, media: []),
            .describe(PhotoSource("/p/nobody"), isFavourite: true, media: []),
        ]
        try await index.apply(changes, in: Self.space)
        let hits = try await index.search(vector: query, limit: 100, filter: favourites)
        #expect(Set(hits.map(\.id)) == Set(before).subtracting([4]).union([2]))
        #expect(hits.first { $0.id == 2 }?.info?.media == .live)
        #expect(try await index.status().generation == 2)
        try await index.apply(changes, in: Self.space)  // nothing new
        #expect(try await index.status().generation == 2)
        try await check(index, favourites)
    }
}

@Suite struct TwoStageTests {
    /// Three of eight directions tell nearly all; ids are twice the rows.
    private static func vectors() throws -> SearchableVectors {
        let rows: [[Float]] = (0..<9000).map { row in
            let angle = Float(row) / 9000 * 6.28
            return (0..<8).map { cos(angle + Float($0)) + 0.01 * Float((row * ($0 + 3)) % 7) }
        }
        let encoder = try VectorEncoder(format: .byte, dimension: 8, trainedOn: rows)
        var writer = try FaissWriter(encoder: encoder, metric: .innerProduct)
        for (row, vector) in rows.enumerated() { try writer.append(vector, id: Int64(2 * row)) }
        return SearchableVectors(try FaissIndex(writer.data()), generation: 1)
    }

    private static let query: [Float] = (0..<8).map { cos(Float($0) + 1) }

    @Test func aFirstPassFindsWhatThePlainScanFinds() throws {
        var vectors = try Self.vectors()
        let plain = try vectors.search(Self.query, k: 10)
        vectors.use(try vectors.makeShortCodes())
        #expect(try vectors.search(Self.query, k: 10) == plain)
    }

    @Test(arguments: [3, 500])
    func aFirstPassStaysWithinTheFilter(apart: Int) throws {
        var vectors = try Self.vectors()
        let ids = stride(from: Int64(0), to: 18_000, by: 2 * apart).map(\.self)
        let selections = vectors.selections(of: ids)
        let plain = try vectors.search(Self.query, k: 10, in: selections)
        vectors.use(try vectors.makeShortCodes())
        #expect(try vectors.search(Self.query, k: 10, in: selections) == plain)
        #expect(plain.allSatisfy { $0.id / 2 % Int64(apart) == 0 })
    }

    @Test func fewPhotosNeedNone() throws {
        let vectors = try Self.vectors()
        #expect(!vectors.lacksShortCodes(from: SearchableVectors.twoStageFrom))
        #expect(vectors.lacksShortCodes(from: 9000))
    }

    @Test func codesAreMadeOnceBesideTheSearches() async throws {
        let folder = try TemporaryFolder()
        let python = PythonIndex(name: "catalogs", kind: "SQ8")
        try python.make(in: folder, vectors: nil)
        let index = try PhotoIndex(at: folder.url)
        #expect(await index.makeShortCodes(from: 1) == nil)
        try await python.check(index)
        let making = await index.makeShortCodes(from: 1)
        try await python.check(index)
        await making?.value
        #expect(making != nil)
        #expect(await index.makeShortCodes(from: 1) == nil)
        try await python.check(index)
    }
}

extension PassingPhotos {
    fileprivate static func ids(_ filter: Filter, _ catalog: Catalog) throws -> [Int64] {
        var passing = PassingPhotos(try PhotoColumns(catalog.database))
        try passing.keep(filter, in: catalog.database)
        return passing.ids
    }
}
