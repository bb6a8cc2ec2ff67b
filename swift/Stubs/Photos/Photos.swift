// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import CoreLocation
@_exported import Foundation
@_exported import ImageIO
#if canImport(UIKit)
    @_exported import UIKit
    public typealias PlatformImage = UIImage
#else
    @_exported import AppKit
    public typealias PlatformImage = NSImage
#endif

func stub() -> Never { fatalError("a stub of Photos") }

public enum PHAccessLevel: Int, Sendable {
    case addOnly = 1
    case readWrite = 2
}

public enum PHAuthorizationStatus: Int, Sendable {
    case notDetermined, restricted, denied, authorized, limited
}

public enum PHObjectType: Int, Sendable {
    case asset = 1
    case assetCollection = 2
    case collectionList = 3
}

public enum PHAssetMediaType: Int, Sendable {
    case unknown, image, video, audio
}

public struct PHAssetMediaSubtype: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static var photoPanorama: PHAssetMediaSubtype { PHAssetMediaSubtype(rawValue: 1 << 0) }
    public static var photoHDR: PHAssetMediaSubtype { PHAssetMediaSubtype(rawValue: 1 << 1) }
    public static var photoScreenshot: PHAssetMediaSubtype { PHAssetMediaSubtype(rawValue: 1 << 2) }
    public static var photoLive: PHAssetMediaSubtype { PHAssetMediaSubtype(rawValue: 1 << 3) }
    public static var photoDepthEffect: PHAssetMediaSubtype {
        PHAssetMediaSubtype(rawValue: 1 << 4)
    }
}

public struct PHAssetBurstSelectionType: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static var autoPick: PHAssetBurstSelectionType { PHAssetBurstSelectionType(rawValue: 1) }
    public static var userPick: PHAssetBurstSelectionType { PHAssetBurstSelectionType(rawValue: 2) }
}

public struct PHAssetSourceType: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static var typeUserLibrary: PHAssetSourceType { PHAssetSourceType(rawValue: 1) }
    public static var typeCloudShared: PHAssetSourceType { PHAssetSourceType(rawValue: 2) }
    public static var typeiTunesSynced: PHAssetSourceType { PHAssetSourceType(rawValue: 4) }
}

open class PHObject {
    open var localIdentifier: String { stub() }
    init() {}
}

open class PHAsset: PHObject {
    open var mediaType: PHAssetMediaType { stub() }
    open var mediaSubtypes: PHAssetMediaSubtype { stub() }
    open var pixelWidth: Int { stub() }
    open var pixelHeight: Int { stub() }
    open var creationDate: Date? { stub() }
    open var adjustmentTimestamp: Date? { stub() }
    open var modificationDate: Date? { stub() }
    open var location: CLLocation? { stub() }
    open var isFavorite: Bool { stub() }
    open var isHidden: Bool { stub() }
    open var burstIdentifier: String? { stub() }
    open var representsBurst: Bool { stub() }
    open var burstSelectionTypes: PHAssetBurstSelectionType { stub() }
    open var sourceType: PHAssetSourceType { stub() }
    open class func fetchAssets(
        with mediaType: PHAssetMediaType, options: PHFetchOptions?
    ) -> PHFetchResult<PHAsset> { stub() }
    open class func fetchAssets(
        withLocalIdentifiers identifiers: [String], options: PHFetchOptions?
    ) -> PHFetchResult<PHAsset> { stub() }
}

open class PHFetchOptions {
    public init() {}
    open var predicate: NSPredicate?
    open var sortDescriptors: [NSSortDescriptor]?
    open var includeHiddenAssets = false
    open var includeAllBurstAssets = false
    open var includeAssetSourceTypes: PHAssetSourceType = []
}

open class PHFetchResult<ObjectType: AnyObject> {
    open var count: Int { stub() }
    open var firstObject: ObjectType? { stub() }
    open func object(at index: Int) -> ObjectType { stub() }
    open func enumerateObjects(
        _ block: @escaping (ObjectType, Int, UnsafeMutablePointer<Bool>) -> Void
    ) { stub() }
}

open class PHPersistentChangeToken: NSObject, NSSecureCoding {
    open class var supportsSecureCoding: Bool { true }
    public required init?(coder: NSCoder) { stub() }
    open func encode(with coder: NSCoder) { stub() }
}

open class PHPersistentChangeFetchResult: Sequence {
    public struct Iterator: IteratorProtocol {
        public mutating func next() -> PHPersistentChange? { stub() }
    }
    public func makeIterator() -> Iterator { stub() }
}

open class PHPersistentChange {
    open var changeToken: PHPersistentChangeToken { stub() }
    open func changeDetails(for objectType: PHObjectType) throws -> PHPersistentObjectChangeDetails
    {
        stub()
    }
}

open class PHPersistentObjectChangeDetails {
    open var insertedLocalIdentifiers: Set<String> { stub() }
    open var updatedLocalIdentifiers: Set<String> { stub() }
    open var deletedLocalIdentifiers: Set<String> { stub() }
}

open class PHChange {}

public protocol PHPhotoLibraryChangeObserver: AnyObject {
    func photoLibraryDidChange(_ changeInstance: PHChange)
}

open class PHPhotoLibrary {
    open class func shared() -> PHPhotoLibrary { stub() }
    open class func authorizationStatus(for accessLevel: PHAccessLevel) -> PHAuthorizationStatus {
        stub()
    }
    open class func requestAuthorization(for accessLevel: PHAccessLevel) async
        -> PHAuthorizationStatus
    { stub() }
    open func register(_ observer: any PHPhotoLibraryChangeObserver) { stub() }
    open func unregisterChangeObserver(_ observer: any PHPhotoLibraryChangeObserver) { stub() }
    open var currentChangeToken: PHPersistentChangeToken { stub() }
    open func fetchPersistentChanges(
        since token: PHPersistentChangeToken
    ) throws -> PHPersistentChangeFetchResult { stub() }
}

public enum PHImageRequestOptionsVersion: Int, Sendable {
    case current, unadjusted, original
}

public enum PHImageRequestOptionsDeliveryMode: Int, Sendable {
    case opportunistic, highQualityFormat, fastFormat
}

open class PHImageRequestOptions {
    public init() {}
    open var version: PHImageRequestOptionsVersion = .current
    open var deliveryMode: PHImageRequestOptionsDeliveryMode = .opportunistic
    open var isNetworkAccessAllowed = false
    open var isSynchronous = false
    open var resizeMode: PHImageRequestOptionsResizeMode = .fast
}

public enum PHImageRequestOptionsResizeMode: Int, Sendable {
    case none, fast, exact
}

public enum PHImageContentMode: Int, Sendable {
    case aspectFit, aspectFill
}

public typealias PHImageRequestID = Int32
public let PHImageResultIsInCloudKey = "PHImageResultIsInCloudKey"
public let PHImageResultIsDegradedKey = "PHImageResultIsDegradedKey"
public let PHImageErrorKey = "PHImageErrorKey"
public let PHImageCancelledKey = "PHImageCancelledKey"

open class PHImageManager {
    open class func `default`() -> PHImageManager { stub() }
    @discardableResult
    open func requestImage(
        for asset: PHAsset, targetSize: CGSize, contentMode: PHImageContentMode,
        options: PHImageRequestOptions?,
        resultHandler: @escaping (PlatformImage?, [AnyHashable: Any]?) -> Void
    ) -> PHImageRequestID { stub() }
    open func cancelImageRequest(_ requestID: PHImageRequestID) { stub() }
    @discardableResult
    open func requestImageDataAndOrientation(
        for asset: PHAsset, options: PHImageRequestOptions?,
        resultHandler:
            @escaping (Data?, String?, CGImagePropertyOrientation, [AnyHashable: Any]?) -> Void
    ) -> PHImageRequestID { stub() }
}

#if PHOTOSEARCH_STUBS_SENDABLE
    extension PHObject: @unchecked Sendable {}
    extension PHAsset: @unchecked Sendable {}
    extension PHFetchResult: @unchecked Sendable {}
    extension PHPersistentChangeToken: @unchecked Sendable {}
    extension PHPersistentChange: @unchecked Sendable {}
    extension PHChange: @unchecked Sendable {}
    extension PHPhotoLibrary: @unchecked Sendable {}
    extension PHImageManager: @unchecked Sendable {}
#endif
