import Foundation
import Observation
import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite @MainActor struct PhotoSearcherTests {
    private let rig: Rig
    private let opened = Counter()

    init() throws {
        rig = try Rig()
    }

    private func searcher(_ library: FakePhotoLibrary? = nil) -> PhotoSearcher {
        PhotoSearcher(library: library ?? rig.library, limit: 5) { [rig, opened] in
            _ = opened.next()
            let store = try rig.indexStore()
            return .init(store: store, indexer: rig.indexer(store: store))
        }
    }

    /// Runs until a pass has ended, and goes on in the background.
    private func run(_ searcher: PhotoSearcher) async -> Task<Void, Never> {
        let running = Task { await searcher.run() }
        await wait(for: searcher) { $0.progress?.isLast == true }
        return running
    }

    private func wait(
        for searcher: PhotoSearcher, until isTrue: (PhotoSearcher) -> Bool
    ) async {
        while !isTrue(searcher) { await Task.yield() }
    }

    private func library() async throws {
        await rig.library.set(Rig.photo("red"), try Rig.file(255, 0, 0))
        await rig.library.set(Rig.photo("blue", isFavourite: true), try Rig.file(0, 0, 255))
        await rig.library.set(Rig.photo("copy"), try Rig.file(0, 0, 255))
    }

    @Test func whatIsReadBecomesTokensOfTheSearchField() async throws {
        try await library()
        let searcher = searcher()
        let running = await run(searcher)
        searcher.takeTokens()
        #expect(searcher.tokens.isEmpty && searcher.reading == nil)

        searcher.text = "blue, my favourites"
        await wait(for: searcher) { $0.results.count == 1 && !$0.isSearching }
        let reading = try #require(searcher.reading)
        #expect(reading.favourites && reading.terms == [Term("blue")])
        #expect(reading.reasons(for: searcher.results[0].best).meaning == ["blue"])
        searcher.takeTokens()
        #expect(searcher.tokens == [QueryToken(text: "my favourites", kind: .favourites)])
        #expect(searcher.text == "blue,")

        await wait(for: searcher) { !$0.isSearching }
        #expect(searcher.results.map(\.best.localIdentifier) == ["blue"])
        searcher.tokens = []
        await wait(for: searcher) { $0.reading?.favourites == false }
        searcher.text = ""
        #expect(searcher.reading == nil)
        running.cancel()
        await running.value
    }

    @Test func typingFindsPhotos() async throws {
        try await library()
        let searcher = searcher()
        let running = await run(searcher)
        #expect(searcher.access == .full)
        #expect(searcher.progress?.indexed == 3)

        searcher.text = "blue"
        await wait(for: searcher) { !$0.results.isEmpty && !$0.isSearching }
        let blue = searcher.results[0]
        #expect(Set(([blue.best] + blue.others).map(\.localIdentifier)) == ["blue", "copy"])
        #expect(searcher.error == nil)

        searcher.collapse = nil
        await wait(for: searcher) { $0.results.count == 3 }
        searcher.filter = Filter(favourites: true)
        await wait(for: searcher) { $0.results.count == 1 }
        searcher.text = " "
        #expect(searcher.results.isEmpty)
        running.cancel()
        await running.value
        #expect(opened.next() == 2)  // opened once
    }

    @Test func whatIsIndexedLaterIsFoundBySearchesThatStand() async throws {
        try await library()
        let searcher = searcher()
        searcher.collapse = nil
        searcher.text = "red"
        await wait(for: searcher) { !$0.isSearching }
        #expect(searcher.results.isEmpty)
        let running = await run(searcher)
        await wait(for: searcher) { $0.results.count == 3 }
        running.cancel()
        await running.value
    }

    @Test func photosLikeOneAreFound() async throws {
        try await library()
        let searcher = searcher()
        let running = await run(searcher)
        searcher.text = "blue"
        await wait(for: searcher) { !$0.results.isEmpty }
        let blue = searcher.results[0]
        let like = try await searcher.similar(to: blue.best)
        #expect(like.first?.id == blue.others.first?.id)
        running.cancel()
        await running.value
    }

    @Test func withoutAccessNothingIsOpened() async {
        let searcher = searcher(FakePhotoLibrary(access: .notDetermined, answer: .denied))
        await searcher.run()
        #expect(searcher.access == .denied)
        #expect(searcher.progress == nil)
        #expect(opened.next() == 1)
    }

    @Test func whatCannotBeOpenedIsAnError() async {
        let searcher = PhotoSearcher(library: rig.library) {
            throw PhotoSearchError(.bundle, "no model.photomodel")
        }
        searcher.text = "blue"
        await wait(for: searcher) { !$0.isSearching }
        #expect(searcher.error?.kind == .bundle)
        await searcher.run()
        #expect(
            searcher.progress?.phase == .failed(PhotoSearchError(.bundle, "no model.photomodel")))
    }

    @Test func aQueryOfNothingVisibleIsAnErrorToShow() async throws {
        let searcher = searcher()
        searcher.text = "\u{200B}"
        await wait(for: searcher) { !$0.isSearching }
        #expect(searcher.error?.kind == .query)
        #expect(searcher.error?.localizedDescription == "These words cannot be searched for.")
    }

    @Test func missingPhotosAreForgottenWhenAPersonSaysSo() async throws {
        try await library()
        let searcher = searcher()
        let running = await run(searcher)
        running.cancel()
        await running.value
        for name in ["red", "blue"] { await rig.library.delete(name) }
        await rig.library.forgetHistory()
        await searcher.retry()
        #expect(searcher.progress?.heldBack == 2)
        await searcher.forgetMissing()
        #expect(searcher.progress?.removed == 2)
        #expect(try await searcher.parts().store.index.status().indexed == 1)
    }

    @Test func whoObservesIsTold() async throws {
        let searcher = searcher()
        let told = Counter()
        withObservationTracking {
            _ = searcher.results
        } onChange: {
            _ = told.next()
        }
        searcher.text = "x"
        #expect(told.next() == 2)
    }
}
