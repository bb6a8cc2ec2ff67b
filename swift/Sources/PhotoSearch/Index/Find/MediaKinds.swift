// What a photo is besides a photo, as the camera or the library says, or as its pixels tell.

/// Kinds and states of one photo.
public struct MediaKinds: OptionSet, Sendable, Hashable {
    /// As in the catalog.
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static let live = MediaKinds(rawValue: 1)
    public static let panorama = MediaKinds(rawValue: 2)
    /// With depth, so that its background can be blurred.
    public static let portrait = MediaKinds(rawValue: 4)
    public static let screenshot = MediaKinds(rawValue: 8)
    public static let burst = MediaKinds(rawValue: 16)
    public static let video = MediaKinds(rawValue: 32)
    /// Taken with the lens at the front.
    public static let selfie = MediaKinds(rawValue: 64)
    public static let blackAndWhite = MediaKinds(rawValue: 128)
    public static let blurry = MediaKinds(rawValue: 256)
    public static let dark = MediaKinds(rawValue: 512)

    /// A plain photo is none of these.
    static let kinds: MediaKinds = [.live, .panorama, .portrait, .screenshot, .burst, .video]
    /// What pixels tell: see `RGBImage.states`.
    package static let states: MediaKinds = [.blackAndWhite, .blurry, .dark]
    /// What no photo library tells.
    static let ofTheFile = states.union(.selfie)
    static let all = kinds.union(ofTheFile)
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
public enum MediaFilter: String, Sendable, CaseIterable, Codable {
    /// None of the kinds from `live` to `video`: a plain photo, be it a selfie or dark.
    case photo
    case live, panorama, portrait, screenshot, burst, video, selfie
    case blackAndWhite = "black-and-white"
    case blurry, dark

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
        case .selfie: .selfie
        case .blackAndWhite: .blackAndWhite
        case .blurry: .blurry
        case .dark: .dark
        }
    }
}
