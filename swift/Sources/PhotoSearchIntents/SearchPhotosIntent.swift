#if canImport(AppIntents)
    import AppIntents
    import PhotoSearch

    /// "Search my photos for a dog on the beach", in Shortcuts and by Siri.
    public struct SearchPhotosIntent: AppIntent {
        public static let title: LocalizedStringResource = "Search my photos"
        public static let description: IntentDescription? =
            "Finds photos by words, on this device, for example: a dog on the beach."
        public static var parameterSummary: some ParameterSummary {
            Summary("Search my photos for \(\.$words)") {
                \.$limit
            }
        }

        @Parameter(title: "Words") public var words: String
        @Parameter(title: "How many", default: 10, inclusiveRange: (1, 100)) public var limit: Int
        @Dependency private var photos: IntentPhotos

        public init() {}

        /// - Returns: The best first.
        /// - Throws: `PhotoSearchError`, which the system shows in words for people.
        public func perform() async throws -> some IntentResult & ReturnsValue<[PhotoEntity]> {
            let found = try await photos.matching(words, limit: limit)
            return .result(value: found.map(PhotoEntity.init))
        }
    }

    /// Named by an app among its `includedPackages`, so that the system finds what is in here.
    @available(iOS 17, macOS 14, tvOS 17, watchOS 10, visionOS 1, *)
    public struct PhotoSearchIntentsPackage: AppIntentsPackage {}

    extension PhotoSearchError: CustomLocalizedStringResourceConvertible {
        public var localizedStringResource: LocalizedStringResource {
            "\(errorDescription ?? "")"
        }
    }
#endif
