import Foundation
import PhotoSearch

/// What was computed from one photo.
struct PhotoContent: Sendable, Equatable {
    /// A unit vector; nil if the store holds it: see `PhotoStore.holds`.
    var vector: [Float]?
    /// SHA-256, hex: of the original, so that copies share one vector, or until that has been read of the
    /// photo's identifier and the time of its last change.
    let contentHash: String
    /// Of the original; 0 until that has been read.
    let sizeBytes: Int
    /// What the original says of how it was taken.
    let details: PhotoDetails

    init(contentHash: String, sizeBytes: Int, details: PhotoDetails = PhotoDetails()) {
        self.contentHash = contentHash
        self.sizeBytes = sizeBytes
        self.details = details
    }

    /// Of a picture that stands for an original that was not read.
    init(standingFor photo: LibraryPhoto) {
        let name = Data("\(photo.identifier)\n\(photo.modifiedNS)".utf8)
        self.init(contentHash: ContentHash.of(name), sizeBytes: 0)
    }
}

/// What a store is told of a library's photos.
extension IndexChange {
    /// - Parameter zone: Where the photo counts as taken if its file does not say.
    static func index(_ photo: LibraryPhoto, _ content: PhotoContent, zone: TimeZone) -> Self {
        .index(
            photo.found(sizeBytes: content.sizeBytes), contentHash: content.contentHash,
            vector: content.vector, info: photo.info(content.details, zone))
    }

    /// As above.
    static func refine(_ photo: LibraryPhoto, _ content: PhotoContent, zone: TimeZone) -> Self {
        .refine(
            photo.found(sizeBytes: content.sizeBytes), contentHash: content.contentHash,
            info: photo.info(content.details, zone))
    }

    static func describe(_ photo: LibraryPhoto) -> Self {
        .describe(
            PhotoSource(photo.identifier), isFavourite: photo.isFavourite, media: photo.media)
    }

    static func pending(_ photo: LibraryPhoto, reason: String) -> Self {
        .pending(photo.found(), reason: reason)
    }

    static func failed(_ photo: LibraryPhoto, reason: String) -> Self {
        .failed(photo.found(), reason: reason)
    }
}

extension LibraryPhoto {
    /// As an index keeps it: nanoseconds since 1970; 0 for a photo without a date.
    var modifiedNS: Int64 {
        let nanoseconds = (modifiedAt?.timeIntervalSince1970 ?? 0) * 1e9
        let most = 9e18  // a date that cannot be, rather than an end of the process
        return Int64(min(max(nanoseconds, -most), most))
    }

    fileprivate func found(sizeBytes: Int = 0) -> FoundPhoto {
        FoundPhoto(
            source: PhotoSource(identifier), sizeBytes: Int64(sizeBytes), modifiedNS: modifiedNS)
    }

    fileprivate func info(_ details: PhotoDetails, _ zone: TimeZone) -> PhotoInfo {
        let offset = takenAt.map {
            details.utcOffsetMinutes.map { 60 * $0 } ?? zone.secondsFromGMT(for: $0)
        }
        return PhotoInfo(
            width: width, height: height,
            cameraTime: takenAt.map {
                Int64(($0.timeIntervalSince1970 + Double(offset ?? 0)) * 1e6)
            },
            utcOffsetMinutes: offset.map { $0 / 60 }, latitude: latitude, longitude: longitude,
            camera: details.camera, isFavourite: isFavourite, media: media)
    }
}
