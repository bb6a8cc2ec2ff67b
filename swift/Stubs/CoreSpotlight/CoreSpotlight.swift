// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import Foundation

func stub() -> Never { fatalError("a stub of CoreSpotlight") }

open class CSSearchableItemAttributeSet: NSObject {
    open var title: String?
    open var contentCreationDate: Date?
    open var latitude: NSNumber?
    open var longitude: NSNumber?
    open var acquisitionModel: String?
    open var thumbnailData: Data?
}

open class CSSearchableIndex: NSObject {
    public init(name: String) { stub() }
}

#if PHOTOSEARCH_STUBS_SENDABLE
    extension CSSearchableIndex: @unchecked Sendable {}
#endif
