// What a person reads. `message` is the developer's: it names files and numbers, in English.

#if canImport(Darwin)
    import Foundation
#elseif canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension PhotoSearchError: LocalizedError {
    /// What has happened, in the person's language, without a path.
    public var errorDescription: String? { Self.localized(texts.description) }

    /// What they can do about it.
    public var recoverySuggestion: String? { Self.localized(texts.suggestion) }

    /// In English, as `Localizable.xcstrings` names them.
    private var texts: (description: String, suggestion: String) {
        switch kind {
        case .usage, .shape:
            ("The app asked for something that is not possible.", "Tell the app’s developer.")
        case .query:
            (
                "These words cannot be searched for.",
                "Type what the photo shows, as “a dog on a beach”."
            )
        case .image: ("A photo cannot be read.", "It may be damaged. Try to open it in Photos.")
        case .bundle: ("The model for searching is missing or damaged.", "Install the app again.")
        case .model: ("The model for searching does not work at the moment.", "Try again later.")
        case .indexMissing: ("Your photos have not been indexed yet.", "Start indexing.")
        case .indexDamaged:
            (
                "The index of your photos is damaged.",
                "Index them again. The photos themselves are not affected."
            )
        case .indexTooNew:
            ("The index of your photos was made by a newer version of the app.", "Update the app.")
        case .wrongSpace:
            ("The index of your photos was made with another model.", "Index them again.")
        case .indexLocked: ("Your photos are being indexed elsewhere.", "Try again in a moment.")
        case .storage:
            ("The index of your photos cannot be saved.", "Free some storage, then try again.")
        case .massRemoval:
            (
                "Many photos seem to be gone.",
                "Check that your library is complete. Until then they stay in the index."
            )
        case .access: ("The app may not see your photos.", "Allow it in Settings, under Privacy.")
        case .backgroundOff:
            (
                "Photos are indexed only while the app is open.",
                "Turn on Background App Refresh in Settings."
            )
        }
    }

    private static func localized(_ text: String) -> String {
        #if canImport(Darwin)
            NSLocalizedString(text, bundle: .module, comment: "")
        #else
            text
        #endif
    }
}
