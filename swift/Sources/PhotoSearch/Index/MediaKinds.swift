/// What a photo is besides a photo, as far as the camera or the library says so.
public struct MediaKinds: OptionSet, Sendable, Hashable {
    /// As in the catalog.
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let live = MediaKinds(rawValue: 1)
    public static let panorama = MediaKinds(rawValue: 2)
    /// With depth, so that its background can be blurred.
    public static let portrait = MediaKinds(rawValue: 4)
    public static let screenshot = MediaKinds(rawValue: 8)
    public static let burst = MediaKinds(rawValue: 16)
    public static let video = MediaKinds(rawValue: 32)
}

extension MediaKinds {
    /// What it is, in the order of the bits, named as a filter names it.
    package var names: [String] {
        MediaFilter.allCases.filter { $0.kind.map(contains) ?? false }.map(\.rawValue)
    }

    /// - Returns: nil if a name is none of a kind.
    package init?(names: [String]) {
        self = []
        for name in names {
            guard let kind = MediaFilter(rawValue: name)?.kind else { return nil }
            insert(kind)
        }
    }
}

/// One kind of media that a filter lets pass.
public enum MediaFilter: String, Sendable, CaseIterable {
    /// Nothing of the others: a plain photo.
    case photo
    case live, panorama, portrait, screenshot, burst, video

    /// nil for a plain photo.
    var kind: MediaKinds? {
        switch self {
        case .photo: nil
        case .live: .live
        case .panorama: .panorama
        case .portrait: .portrait
        case .screenshot: .screenshot
        case .burst: .burst
        case .video: .video
        }
    }
}
