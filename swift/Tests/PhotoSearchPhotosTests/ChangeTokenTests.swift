import Foundation
import Testing

@testable import PhotoSearchPhotos

@Suite struct ChangeTokenTests {
    @Test(arguments: [PhotoDates.modification, .adjustment])
    func isReadAsItWasWritten(dates: PhotoDates) {
        let token = ChangeToken(dates: dates, token: Data("token".utf8))
        #expect(ChangeToken(token.data) == token)
    }

    /// An archive is one of a version that wrote PhotoKit's token alone.
    @Test(arguments: ["", "bplist00…", "\u{0}"])
    func anythingElseIsNone(text: String) {
        #expect(ChangeToken(Data(text.utf8)) == nil)
    }
}
