import Foundation

#if canImport(Photos)
    import Photos
#endif

/// By which date of PhotoKit's a change of a photo's content is known.
enum PhotoDates: UInt8 {
    /// Moves for an edit, and for a new favourite or place too.
    case modification = 1
    /// Of the last edit alone.
    case adjustment = 2
}

/// Up to where changes of a library are known, and by which dates. By others, each photo looks changed:
/// then a pass over everything brings them up to date.
struct ChangeToken: Equatable {
    let dates: PhotoDates
    /// PhotoKit's own.
    let token: Data

    init(dates: PhotoDates, token: Data) {
        (self.dates, self.token) = (dates, token)
    }

    /// nil for what is none.
    init?(_ data: Data) {
        guard let dates = data.first.flatMap(PhotoDates.init) else { return nil }
        self.init(dates: dates, token: data.dropFirst())
    }

    var data: Data { Data([dates.rawValue]) + token }
}

#if canImport(Photos)
    extension PhotoDates {
        /// Those of this system. `adjustmentTimestamp` is in the headers of iOS 27, which come with Swift
        /// 6.4, for iOS 18 on.
        static var current: PhotoDates {
            #if compiler(>=6.4) || os(Linux)
                if #available(iOS 18, macOS 15, tvOS 18, visionOS 2, *) { return .adjustment }
            #endif
            return .modification
        }

        static func changed(_ asset: PHAsset) -> Date? {
            #if compiler(>=6.4) || os(Linux)
                if #available(iOS 18, macOS 15, tvOS 18, visionOS 2, *) {
                    return asset.adjustmentTimestamp ?? asset.creationDate
                }
            #endif
            return asset.modificationDate ?? asset.creationDate
        }
    }
#endif
