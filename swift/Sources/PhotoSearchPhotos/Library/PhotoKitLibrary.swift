#if canImport(Photos) && canImport(ImageIO)
    import Foundation
    import PhotoSearch
    import PhotoSearchCoreML
    import Photos

    #if canImport(UIKit)
        import UIKit
        typealias PlatformImage = UIImage
    #else
        import AppKit
        typealias PlatformImage = NSImage
    #endif

    /// The person's photo library, through PhotoKit.
    ///
    /// The app's Info.plist needs `NSPhotoLibraryUsageDescription`. What is searched: `LibraryRules`.
    public struct PhotoKitLibrary: PhotoLibrary {
        public init() {}

        public func access() -> LibraryAccess {
            LibraryAccess(PHPhotoLibrary.authorizationStatus(for: .readWrite))
        }

        public func requestAccess() async -> LibraryAccess {
            LibraryAccess(await PHPhotoLibrary.requestAuthorization(for: .readWrite))
        }

        public func changes(since token: Data?) async throws -> LibraryChanges {
            // a selection changes without a record of it, and so does what is seen after it
            let isFull = access() == .full
            let now =
                isFull ? try Self.archived(PHPhotoLibrary.shared().currentChangeToken) : nil
            if let token, isFull, let changes = Self.recorded(since: token, now: now) {
                return changes
            }
            return LibraryChanges(
                photos: Self.photos(PHAsset.fetchAssets(with: .image, options: Self.listed)),
                removed: [], isEverything: true, token: now)
        }

        public func photos(_ identifiers: [String]) -> [LibraryPhoto] {
            Self.photos(
                PHAsset.fetchAssets(withLocalIdentifiers: identifiers, options: Self.listed))
        }

        public func picture(
            of identifier: String, atLeast side: Int
        ) async -> LibraryAnswer<RGBImage> {
            guard let asset = Self.asset(identifier) else { return .gone }
            let options = PHImageRequestOptions()
            options.version = .current
            options.deliveryMode = .highQualityFormat  // one answer, and no blurred one
            options.resizeMode = .fast
            options.isNetworkAccessAllowed = false
            let wanted = min(side, asset.pixelWidth, asset.pixelHeight)
            let shown = await ImageRequest<ShownImage>.answer { request in
                let number = PHImageManager.default().requestImage(
                    for: asset, targetSize: CGSize(width: side, height: side),
                    contentMode: .aspectFill, options: options
                ) { image, info in
                    request.finish(Self.shown(image, info ?? [:]))
                }
                return { PHImageManager.default().cancelImageRequest(number) }
            }
            // here and not above, where PhotoKit calls on the main thread
            return autoreleasepool { shown.flatMap { Self.picture($0, atLeast: wanted) } }
        }

        public func original(
            of identifier: String, isDownloadAllowed: Bool
        ) async -> LibraryAnswer<Data> {
            guard let asset = Self.asset(identifier) else { return .gone }
            let options = PHImageRequestOptions()
            options.version = .current
            options.deliveryMode = .highQualityFormat
            options.isNetworkAccessAllowed = isDownloadAllowed
            return await ImageRequest.answer { request in
                let number = PHImageManager.default().requestImageDataAndOrientation(
                    for: asset, options: options
                ) { data, _, _, info in
                    request.finish(Self.original(data, info ?? [:]))
                }
                return { PHImageManager.default().cancelImageRequest(number) }
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
                let known = ChangeToken(token), known.dates == .current,
                let token = try? NSKeyedUnarchiver.unarchivedObject(
                    ofClass: PHPersistentChangeToken.self, from: known.token),
                let record = try? PHPhotoLibrary.shared().fetchPersistentChanges(since: token)
            else { return nil }
            var changed = Set<String>()
            for change in record {
                guard let details = try? change.changeDetails(for: .asset) else { return nil }
                changed.formUnion(details.insertedLocalIdentifiers)
                changed.formUnion(details.updatedLocalIdentifiers)
                changed.formUnion(details.deletedLocalIdentifiers)
            }
            // what was deleted may have been recovered, and what was changed be hidden
            let assets = PHAsset.fetchAssets(withLocalIdentifiers: Array(changed), options: listed)
            let photos = photos(assets)
            let gone = changed.subtracting(photos.map(\.identifier))
            return LibraryChanges(
                photos: photos, removed: gone.sorted(), isEverything: false, token: now)
        }

        /// More than is searched, so that `LibraryRules` decides in every pass.
        private static var listed: PHFetchOptions {
            let options = PHFetchOptions()
            options.includeHiddenAssets = true
            options.includeAllBurstAssets = true
            options.includeAssetSourceTypes = [.typeUserLibrary, .typeiTunesSynced]
            return options
        }

        /// A thousand at a time, whose assets are then given back.
        private static func photos(_ assets: PHFetchResult<PHAsset>) -> [LibraryPhoto] {
            let chunk = 1000
            return stride(from: 0, to: assets.count, by: chunk).flatMap { start in
                autoreleasepool {
                    (start..<min(start + chunk, assets.count)).compactMap { place in
                        let asset = assets.object(at: place)
                        return LibraryRules(asset).isSearched ? LibraryPhoto(asset) : nil
                    }
                }
            }
        }

        private static func asset(_ identifier: String) -> PHAsset? {
            PHAsset.fetchAssets(withLocalIdentifiers: [identifier], options: nil).firstObject
        }

        private static func shown(
            _ image: PlatformImage?, _ info: [AnyHashable: Any]
        ) -> LibraryAnswer<ShownImage> {
            guard let image, info[PHImageResultIsDegradedKey] as? Bool != true else {
                return missing(info)
            }
            return .found(ShownImage(image: image))
        }

        /// A picture of less than half the pixels asked for, though the photo has more, is a stand-in.
        private static func picture(
            _ shown: ShownImage, atLeast wanted: Int
        ) -> LibraryAnswer<RGBImage> {
            guard let (pixels, orientation) = shown.image.stored else {
                return .unreadable("the photo library gave a picture without pixels")
            }
            guard 2 * min(pixels.width, pixels.height) >= wanted else { return .notOnDevice }
            do throws(PhotoSearchError) {
                return .found(try ImageIODecoder.drawn(pixels).upright(orientation))
            } catch {
                return .unreadable(error.message)
            }
        }

        private static func original(
            _ data: Data?, _ info: [AnyHashable: Any]
        ) -> LibraryAnswer<Data> {
            if let data, !data.isEmpty { return .found(data) }
            return missing(info)
        }

        /// Why there is nothing. That a file is damaged is found by decoding it, so what the library
        /// itself reports is of the moment.
        private static func missing<Content>(
            _ info: [AnyHashable: Any]
        ) -> LibraryAnswer<Content> {
            if info[PHImageResultIsInCloudKey] as? Bool == true { return .notOnDevice }
            let error = info[PHImageErrorKey] as? any Error
            return .unavailable(error.map { "\($0)" } ?? "the photo library gave nothing")
        }

        private static func archived(_ token: PHPersistentChangeToken) throws -> Data {
            let archived = try NSKeyedArchiver.archivedData(
                withRootObject: token, requiringSecureCoding: true)
            return ChangeToken(dates: .current, token: archived).data
        }
    }

    /// A picture on its way from the thread on which PhotoKit gave it; nobody changes it.
    private struct ShownImage: @unchecked Sendable {
        let image: PlatformImage
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

    extension LibraryRules {
        fileprivate init(_ asset: PHAsset) {
            self.init(
                isImage: asset.mediaType == .image, isHidden: asset.isHidden,
                isShared: asset.sourceType.contains(.typeCloudShared), burst: Burst(asset))
        }
    }

    extension LibraryRules.Burst {
        fileprivate init(_ asset: PHAsset) {
            if asset.burstIdentifier == nil {
                self = .none
            } else if asset.burstSelectionTypes.contains(.userPick) {
                self = .kept
            } else {
                self = asset.representsBurst ? .representative : .other
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

    extension PlatformImage {
        /// Its pixels as they are stored, and how these are turned upright.
        fileprivate var stored: (CGImage, PhotoSearch.Orientation)? {
            #if canImport(UIKit)
                let turns: [UIImage.Orientation: PhotoSearch.Orientation] = [
                    .up: .up, .down: .down, .left: .left, .right: .right,
                    .upMirrored: .upMirrored, .downMirrored: .downMirrored,
                    .leftMirrored: .leftMirrored, .rightMirrored: .rightMirrored,
                ]
                return cgImage.map { ($0, turns[imageOrientation] ?? .up) }
            #else
                return cgImage(forProposedRect: nil, context: nil, hints: nil).map { ($0, .up) }
            #endif
        }
    }

    extension LibraryPhoto {
        fileprivate init(_ asset: PHAsset) {
            let place = asset.location?.coordinate
            self.init(
                identifier: asset.localIdentifier,
                modifiedAt: PhotoDates.changed(asset),
                width: asset.pixelWidth, height: asset.pixelHeight,
                takenAt: asset.creationDate, latitude: place?.latitude,
                longitude: place?.longitude, isFavourite: asset.isFavorite, media: MediaKinds(asset)
            )
        }
    }
#endif
