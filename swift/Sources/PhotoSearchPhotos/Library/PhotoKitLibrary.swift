#if canImport(Photos)
    import Foundation
    import PhotoSearch
    import Photos

    /// The person's photo library, through PhotoKit.
    ///
    /// The app's Info.plist needs `NSPhotoLibraryUsageDescription`. Hidden photos are left out.
    public struct PhotoKitLibrary: PhotoLibrary {
        public init() {}

        public func access() -> LibraryAccess {
            LibraryAccess(PHPhotoLibrary.authorizationStatus(for: .readWrite))
        }

        public func requestAccess() async -> LibraryAccess {
            LibraryAccess(await PHPhotoLibrary.requestAuthorization(for: .readWrite))
        }

        public func changes(since token: Data?) async throws -> LibraryChanges {
            let now = try Self.archived(PHPhotoLibrary.shared().currentChangeToken)
            // a selection changes without a record of it
            if let token, access() == .full, let changes = Self.recorded(since: token, now: now) {
                return changes
            }
            return LibraryChanges(
                photos: Self.photos(PHAsset.fetchAssets(with: .image, options: nil)), removed: [],
                isEverything: true, token: now)
        }

        public func content(of identifier: String, isDownloadAllowed: Bool) async -> PhotoContent {
            let found = PHAsset.fetchAssets(withLocalIdentifiers: [identifier], options: nil)
            guard let asset = found.firstObject else { return .gone }
            let options = PHImageRequestOptions()
            options.version = .current
            options.deliveryMode = .highQualityFormat
            options.isNetworkAccessAllowed = isDownloadAllowed
            return await withCheckedContinuation { continuation in
                PHImageManager.default().requestImageDataAndOrientation(
                    for: asset, options: options
                ) { data, _, _, info in
                    continuation.resume(returning: Self.content(data, info ?? [:]))
                }
            }
        }

        public func updates() -> AsyncStream<Void> {
            let (stream, continuation) = AsyncStream<Void>.makeStream(
                bufferingPolicy: .bufferingNewest(1))
            let observer = ChangeObserver(continuation)
            PHPhotoLibrary.shared().register(observer)
            continuation.onTermination = { _ in
                PHPhotoLibrary.shared().unregisterChangeObserver(observer)
            }
            return stream
        }

        /// What PhotoKit recorded since then; nil if it no longer knows.
        private static func recorded(since token: Data, now: Data?) -> LibraryChanges? {
            guard
                let token = try? NSKeyedUnarchiver.unarchivedObject(
                    ofClass: PHPersistentChangeToken.self, from: token),
                let record = try? PHPhotoLibrary.shared().fetchPersistentChanges(since: token)
            else { return nil }
            var (changed, removed) = (Set<String>(), Set<String>())
            for change in record {
                guard let details = try? change.changeDetails(for: .asset) else { return nil }
                changed.formUnion(details.insertedLocalIdentifiers)
                changed.formUnion(details.updatedLocalIdentifiers)
                removed.formUnion(details.deletedLocalIdentifiers)
            }
            changed.subtract(removed)
            let assets = PHAsset.fetchAssets(withLocalIdentifiers: Array(changed), options: nil)
            let photos = photos(assets)
            // hidden since, for example
            removed.formUnion(changed.subtracting(photos.map(\.identifier)))
            return LibraryChanges(
                photos: photos, removed: removed.sorted(), isEverything: false, token: now)
        }

        private static func photos(_ assets: PHFetchResult<PHAsset>) -> [LibraryPhoto] {
            (0..<assets.count).compactMap { place in
                let asset = assets.object(at: place)
                return asset.mediaType == .image && !asset.isHidden ? LibraryPhoto(asset) : nil
            }
        }

        private static func content(_ data: Data?, _ info: [AnyHashable: Any]) -> PhotoContent {
            if let data, !data.isEmpty { return .file(data) }
            if info[PHImageResultIsInCloudKey] as? Bool == true { return .notOnDevice }
            let error = info[PHImageErrorKey] as? any Error
            return .unreadable(error.map { "\($0)" } ?? "the photo library gave no data")
        }

        private static func archived(_ token: PHPersistentChangeToken) throws -> Data {
            try NSKeyedArchiver.archivedData(withRootObject: token, requiringSecureCoding: true)
        }
    }

    /// Tells a stream that the library has changed. PhotoKit calls it on a queue of its own.
    private final class ChangeObserver: NSObject, PHPhotoLibraryChangeObserver, Sendable {
        private let continuation: AsyncStream<Void>.Continuation

        init(_ continuation: AsyncStream<Void>.Continuation) {
            self.continuation = continuation
        }

        func photoLibraryDidChange(_ changeInstance: PHChange) {
            continuation.yield()
        }
    }

    extension LibraryAccess {
        init(_ status: PHAuthorizationStatus) {
            switch status {
            case .notDetermined: self = .notDetermined
            case .restricted: self = .restricted
            case .denied: self = .denied
            case .limited: self = .limited
            case .authorized: self = .full
            @unknown default: self = .denied
            }
        }
    }

    extension MediaKinds {
        init(_ asset: PHAsset) {
            let kinds: [(PHAssetMediaSubtype, MediaKinds)] = [
                (.photoLive, .live), (.photoPanorama, .panorama), (.photoDepthEffect, .portrait),
                (.photoScreenshot, .screenshot),
            ]
            self = []
            for (subtype, kind) in kinds where asset.mediaSubtypes.contains(subtype) {
                insert(kind)
            }
            if asset.burstIdentifier != nil { insert(.burst) }
        }
    }

    extension LibraryPhoto {
        fileprivate init(_ asset: PHAsset) {
            let place = asset.location?.coordinate
            let modified = asset.modificationDate ?? asset.creationDate
            self.init(
                identifier: asset.localIdentifier,
                modifiedAt: Int64((modified?.timeIntervalSince1970 ?? 0) * 1e9),
                width: asset.pixelWidth, height: asset.pixelHeight,
                takenAt: asset.creationDate?.timeIntervalSince1970, latitude: place?.latitude,
                longitude: place?.longitude, isFavourite: asset.isFavorite, media: MediaKinds(asset)
            )
        }
    }
#endif
