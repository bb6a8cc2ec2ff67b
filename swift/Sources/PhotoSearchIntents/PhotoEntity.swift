#if canImport(AppIntents)
    import AppIntents
    import Foundation
    import PhotoSearch

    /// A photo of the index, for Siri, Shortcuts and Spotlight.
    public struct PhotoEntity: AppEntity {
        public static let typeDisplayRepresentation: TypeDisplayRepresentation = "Photo"
        public static let defaultQuery = PhotoEntityQuery()

        /// As in the photo library: a `PHAsset.localIdentifier`.
        public let id: String
        /// When it was taken; nil if nobody knows.
        @Property(title: "Date taken") public var takenAt: Date?
        /// What it was taken with.
        @Property(title: "Camera") public var camera: String?
        /// Degrees, north positive.
        public let latitude: Double?
        /// Degrees, east positive.
        public let longitude: Double?
        private let picture: Data?

        init(_ found: FoundByIntent) {
            id = found.identifier
            (latitude, longitude, picture) = (found.latitude, found.longitude, found.picture)
            takenAt = found.takenAt
            camera = found.camera
        }

        public var displayRepresentation: DisplayRepresentation {
            let date = takenAt?.formatted(date: .long, time: .omitted)
            let image = picture.map { DisplayRepresentation.Image(data: $0) }
            return DisplayRepresentation(
                title: date.map { "\($0)" } ?? "Photo", subtitle: camera.map { "\($0)" },
                image: image ?? DisplayRepresentation.Image(systemName: "photo"))
        }
    }

    /// Finds photos by words, or again by their identifiers.
    public struct PhotoEntityQuery: EntityStringQuery {
        private static let limit = 20
        @Dependency private var photos: IntentPhotos

        public init() {}

        public func entities(for identifiers: [String]) async throws -> [PhotoEntity] {
            try await photos.named(identifiers).map(PhotoEntity.init)
        }

        public func entities(matching string: String) async throws -> [PhotoEntity] {
            try await photos.matching(string, limit: Self.limit).map(PhotoEntity.init)
        }
    }

    #if canImport(CoreSpotlight) && !os(tvOS) && !os(watchOS)
        import CoreSpotlight

        /// For an app that puts photos into the system's index, which this package never does by itself:
        /// see `IntentPhotos.entities`.
        @available(iOS 18, macOS 15, visionOS 2, *)
        extension PhotoEntity: IndexedEntity {
            public var attributeSet: CSSearchableItemAttributeSet {
                let attributes = defaultAttributeSet
                attributes.contentCreationDate = takenAt
                attributes.acquisitionModel = camera
                attributes.latitude = latitude.map { NSNumber(value: $0) }
                attributes.longitude = longitude.map { NSNumber(value: $0) }
                if let picture { attributes.thumbnailData = picture }
                return attributes
            }
        }
    #endif
#endif
