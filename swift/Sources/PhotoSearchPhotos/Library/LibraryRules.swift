/// What of a library is searched: one rule each, the same when everything is listed and when only
/// changes are.
///
/// | what | rule |
/// |-|-|
/// | a video, a sound | left out |
/// | hidden | left out, and forgotten when it becomes so |
/// | shared albums of others | left out: not the person's own, and seldom on the device |
/// | synced from a computer | searched |
/// | a burst | the photos that the person kept, and the one that stands for it |
/// | a screenshot, a panorama, a portrait | searched; see `MediaKinds` |
/// | a Live Photo | its still |
/// | an edit | the photo as it looks now, under the same identifier; see `LibraryPhoto.modifiedAt` |
public struct LibraryRules: Sendable, Hashable {
    /// Which photo of a burst it is.
    public enum Burst: Sendable, Hashable, CaseIterable {
        case none, representative, kept, other
    }

    public var isImage: Bool
    public var isHidden: Bool
    /// In an album that somebody shares.
    public var isShared: Bool
    public var burst: Burst

    public init(
        isImage: Bool = true, isHidden: Bool = false, isShared: Bool = false, burst: Burst = .none
    ) {
        self.isImage = isImage
        self.isHidden = isHidden
        self.isShared = isShared
        self.burst = burst
    }

    public var isSearched: Bool { isImage && !isHidden && !isShared && burst != .other }
}
