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
    /// What its pixels say; nothing where they were not looked at.
    var states: MediaKinds = []

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
            vector: content.vector, info: photo.info(content, zone))
    }

    /// As above.
    static func refine(_ photo: LibraryPhoto, _ content: PhotoContent, zone: TimeZone) -> Self {
        .refine(
            photo.found(sizeBytes: content.sizeBytes), contentHash: content.contentHash,
            info: photo.info(content, zone))
    }

    /// As above.
    static func describe(_ photo: LibraryPhoto, zone: TimeZone) -> Self {
        .describe(
            PhotoSource(photo.identifier), isFavourite: photo.isFavourite, media: photo.media,
            occasion: photo.occasion(zone))
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
    var modifiedNS: Int64 { modifiedAt.map { Int64(clamping: $0, per: 1e9) } ?? 0 }

    func occasion(_ zone: TimeZone) -> Occasion {
        Occasion(
            time: takenAt.map { Int64(clamping: $0, per: 1e6) },
            utcOffsetMinutes: takenAt.map { zone.secondsFromGMT(for: $0) / 60 } ?? 0,
            latitude: latitude, longitude: longitude)
    }

    fileprivate func found(sizeBytes: Int = 0) -> FoundPhoto {
        FoundPhoto(
            source: PhotoSource(identifier), sizeBytes: Int64(sizeBytes), modifiedNS: modifiedNS)
    }

    /// What the file says of the camera and its zone, its pixels of themselves, and the library of all else.
    fileprivate func info(_ content: PhotoContent, _ zone: TimeZone) -> PhotoInfo {
        let details = content.details
        return PhotoInfo(
            width: width, height: height,
            utcOffsetMinutes: takenAt == nil ? nil : details.utcOffsetMinutes,
            camera: details.camera,
            media: details.isSelfie ? content.states.union(.selfie) : content.states
        ).described(isFavourite: isFavourite, media: media, occasion: occasion(zone))
    }
}

extension Int64 {
    /// Nanoseconds reach from 1677 to 2262 only: the first or the last for a date beyond.
    fileprivate init(clamping date: Date, per second: Double) {
        let most = 9e18
        self = Int64(Swift.min(Swift.max(date.timeIntervalSince1970 * second, -most), most))
    }
}
