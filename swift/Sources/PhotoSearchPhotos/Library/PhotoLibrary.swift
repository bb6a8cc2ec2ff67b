import Foundation
import PhotoSearch

/// What indexing needs of a photo library: `PhotoKitLibrary`, or `FakePhotoLibrary` in tests.
public protocol PhotoLibrary: Sendable {
    /// What the app may see now.
    func access() async -> LibraryAccess

    /// Asks the person, unless they have answered before.
    func requestAccess() async -> LibraryAccess

    /// The photos, or those that changed since a token was given.
    ///
    /// - Parameter token: Of the last complete pass; nil for everything.
    /// - Returns: Everything if the changes since then are not known, as after a token has expired
    ///   or while the app sees a selection only.
    func changes(since token: Data?) async throws -> LibraryChanges

    /// The photos of these identifiers that the app may see now.
    func photos(_ identifiers: [String]) async throws -> [LibraryPhoto]

    /// A picture of one photo that the device has ready for showing it, edits included, upright.
    ///
    /// No original is read or fetched.
    ///
    /// - Parameters:
    ///   - identifier: See `LibraryPhoto.identifier`.
    ///   - side: What is wanted of its shorter side, in pixels. Half of it will do; a smaller picture of a
    ///     larger photo is none.
    func picture(of identifier: String, atLeast side: Int) async -> LibraryAnswer<RGBImage>

    /// All bytes of the file of one photo, edits included.
    ///
    /// - Parameters:
    ///   - identifier: See `LibraryPhoto.identifier`.
    ///   - isDownloadAllowed: Whether a photo that is in the cloud only may be fetched.
    func original(of identifier: String, isDownloadAllowed: Bool) async -> LibraryAnswer<Data>

    /// One element each time the library has changed. Several changes may come as one.
    func updates() -> AsyncStream<Void>
}

/// What a person lets an app see.
public enum LibraryAccess: String, Sendable, CaseIterable {
    case notDetermined
    /// By a rule of the device, not by the person.
    case restricted
    case denied
    /// A selection, which they can change at any time.
    case limited
    case full

    /// Whether there is anything to see.
    public var canRead: Bool { self == .limited || self == .full }
}

/// One photo, as the library describes it without opening it.
public struct LibraryPhoto: Sendable, Hashable {
    /// Of the library; the photo's name in an index.
    public let identifier: String
    /// Another date means: the content may be another, or only what the library says of it.
    public let modifiedAt: Date?
    /// Pixels.
    public let width: Int
    /// Pixels.
    public let height: Int
    public let takenAt: Date?
    /// Degrees, north positive.
    public let latitude: Double?
    /// Degrees, east positive.
    public let longitude: Double?
    /// Marked by the person.
    public let isFavourite: Bool
    public let media: MediaKinds

    public init(
        identifier: String, modifiedAt: Date?, width: Int, height: Int, takenAt: Date? = nil,
        latitude: Double? = nil, longitude: Double? = nil, isFavourite: Bool = false,
        media: MediaKinds = []
    ) {
        self.identifier = identifier
        self.modifiedAt = modifiedAt?.clamped
        self.width = width
        self.height = height
        self.takenAt = takenAt?.clamped
        self.latitude = latitude
        self.longitude = longitude
        self.isFavourite = isFavourite
        self.media = media
    }
}

extension Date {
    /// Of dates that cannot be, the nearest that Foundation computes with; it ends the process at others.
    fileprivate var clamped: Date? {
        timeIntervalSince1970.isNaN ? nil : min(max(self, .distantPast), .distantFuture)
    }
}

/// The answer to "what is new?".
public struct LibraryChanges: Sendable, Equatable {
    /// New and changed photos; all there are if `isEverything`.
    public let photos: [LibraryPhoto]
    /// Identifiers that were deleted; empty if `isEverything`.
    public let removed: [String]
    public let isEverything: Bool
    /// To be given next time; nil if the library keeps no record.
    public let token: Data?

    public init(photos: [LibraryPhoto], removed: [String], isEverything: Bool, token: Data?) {
        self.photos = photos
        self.removed = removed
        self.isEverything = isEverything
        self.token = token
    }
}

/// What a library gives of one photo.
public enum LibraryAnswer<Content: Sendable>: Sendable {
    case found(Content)
    /// In the cloud only. It is no failure, and may come any day.
    case notOnDevice
    /// Deleted, or no longer among those that the app may see.
    case gone
    /// Not now, and why: the library is busy, the network is away, the request was cancelled. It is
    /// asked for again.
    case unavailable(String)
    /// Never, and why, unless the photo changes.
    case unreadable(String)
}

extension LibraryAnswer {
    /// What becomes of what was found.
    func flatMap<Other>(_ change: (Content) -> LibraryAnswer<Other>) -> LibraryAnswer<Other> {
        switch self {
        case .found(let content): change(content)
        case .notOnDevice: .notOnDevice
        case .gone: .gone
        case .unavailable(let reason): .unavailable(reason)
        case .unreadable(let reason): .unreadable(reason)
        }
    }
}

extension LibraryAnswer: Equatable where Content: Equatable {}
