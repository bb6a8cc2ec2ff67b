import PhotoSearch
import Testing

@testable import PhotoSearchPhotos

@Suite struct TextsTests {
    private func progress(_ phase: IndexingProgress.Phase) -> IndexingProgress {
        IndexingProgress(
            phase: phase, total: 40, indexed: 8, pending: 1, failed: 1, photosPerSecond: 10)
    }

    @Test func progressIsOneLine() {
        #expect(progress(.looking).localizedDescription == "Looking for new photos…")
        let line = progress(.indexing).localizedDescription
        #expect(line.hasPrefix("10 of 40 photos · 10.0 per second · 3 sec"))
        #expect(line.hasSuffix("left"))
        #expect(
            progress(.waiting(.heat)).localizedDescription
                == "10 of 40 photos · Waiting for the device to cool down")
        #expect(
            progress(.finished).localizedDescription
                == "Indexed: 8 · Not available now: 1 · Unreadable: 1")
        #expect(progress(.stopped).localizedDescription == "Stopped at 10 of 40 photos")
    }

    @Test func aFailureSaysNothingOfPaths() {
        let error = PhotoSearchError(.storage, "/private/var/x: the disk is full")
        #expect(
            progress(.failed(error)).localizedDescription
                == "The index of your photos cannot be saved.")
        #expect(error.message.contains("/private"))
    }

    @Test(arguments: PhotoSearchError.Kind.allCases)
    func everyErrorSaysWhatHappenedAndWhatHelps(kind: PhotoSearchError.Kind) throws {
        let error = PhotoSearchError(kind, "/a/path")
        for text in [error.errorDescription, error.recoverySuggestion] {
            let text = try #require(text)
            #expect(text.hasSuffix("."))
            #expect(!text.contains("/"))
        }
    }

    @Test func onlyWhatMattersIsSaidOfAccess() {
        #expect(LibraryAccess.full.localizedDescription == nil)
        #expect(LibraryAccess.limited.localizedDescription != nil)
    }
}
