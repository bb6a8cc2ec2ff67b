// What an index says: of a photo its name and its data, hits, its space and its status.

/// The name under which a photo is known: a path, or the identifier of a photo library.
///
/// Two names are equal if their bytes are, unlike Swift strings, which are equal if they look
/// alike.
public struct PhotoSource: Sendable, Hashable, CustomStringConvertible {
    public let bytes: [UInt8]

    public init(_ name: String) {
        bytes = Array(name.utf8)
    }

    /// A path that need not be UTF-8.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What is not UTF-8 is shown as U+FFFD.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    init?(_ value: SQLValue) {
        switch value {
        case .text(let name): self.init(name)
        case .blob(let bytes): self.init(bytes: bytes)
        default: return nil
        }
    }

    /// TEXT for a name that is UTF-8, otherwise its bytes.
    var value: SQLValue {
        let isUTF8 = bytes.withUnsafeBufferPointer { UTF8Check.firstInvalid($0) } == nil
        return isUTF8 ? .text(description) : .blob(bytes)
    }
}

/// What the camera wrote beside the pixels. nil means: not recorded.
public struct PhotoInfo: Sendable, Hashable {
    /// Pixels, after the orientation is applied.
    public let width: Int
    public let height: Int
    /// The camera's own clock, in microseconds since 1970; see `takenAt(assuming:)`.
    public let cameraTime: Int64?
    /// Minutes east of UTC.
    public let utcOffsetMinutes: Int?
    /// Degrees, north positive.
    public let latitude: Double?
    /// Degrees, east positive.
    public let longitude: Double?
    public let camera: String?
    /// Marked by the person in their library.
    public let isFavourite: Bool
    public let media: MediaKinds

    public init(
        width: Int, height: Int, cameraTime: Int64? = nil, utcOffsetMinutes: Int? = nil,
        latitude: Double? = nil, longitude: Double? = nil, camera: String? = nil,
        isFavourite: Bool = false, media: MediaKinds = []
    ) {
        (self.width, self.height, self.cameraTime) = (width, height, cameraTime)
        (self.utcOffsetMinutes, self.camera) = (utcOffsetMinutes, camera)
        (self.latitude, self.longitude) = (latitude, longitude)
        (self.isFavourite, self.media) = (isFavourite, media)
    }

    static let columns = """
        width, height, taken_at, utc_offset_min, latitude, longitude, camera, favourite, media
        """
    static let places = Array(repeating: "?", count: 9).joined(separator: ", ")

    /// From `columns`, of which the first is the row's column `first`; nil for a photo that was
    /// never decoded.
    init?(_ row: SQLiteRow, from first: Int32) {
        guard let width = row.integer(first), let height = row.integer(first + 1) else {
            return nil
        }
        self.width = Int(width)
        self.height = Int(height)
        cameraTime = row.integer(first + 2)
        utcOffsetMinutes = row.integer(first + 3).map(Int.init)
        latitude = row.real(first + 4)
        longitude = row.real(first + 5)
        camera = row.text(first + 6)
        isFavourite = row.integer(first + 7) == 1
        media = MediaKinds(rawValue: UInt16(truncatingIfNeeded: row.integer(first + 8) ?? 0))
    }
}

/// When and where a photo was taken, as its library says, in which people can change both.
public struct Occasion: Sendable, Hashable {
    /// Microseconds since 1970, UTC.
    public let time: Int64?
    /// Minutes east of UTC, for a photo whose file does not say.
    public let utcOffsetMinutes: Int
    /// Degrees, north positive.
    public let latitude: Double?
    /// Degrees, east positive.
    public let longitude: Double?

    public init(time: Int64?, utcOffsetMinutes: Int, latitude: Double?, longitude: Double?) {
        (self.time, self.utcOffsetMinutes) = (time, utcOffsetMinutes)
        (self.latitude, self.longitude) = (latitude, longitude)
    }
}

extension PhotoInfo {
    /// As the library says now; its camera, its time zone and what its pixels tell stay.
    package func described(
        isFavourite: Bool, media: MediaKinds, occasion: Occasion?
    ) -> PhotoInfo {
        let offset = utcOffsetMinutes ?? occasion?.utcOffsetMinutes
        let minute: Int64 = 60_000_000  // in microseconds
        let time = occasion?.time.map { $0 + minute * Int64(offset ?? 0) }
        let isMoved = occasion != nil
        return PhotoInfo(
            width: width, height: height, cameraTime: isMoved ? time : cameraTime,
            utcOffsetMinutes: isMoved && time != nil ? offset : utcOffsetMinutes,
            latitude: isMoved ? occasion?.latitude : latitude,
            longitude: isMoved ? occasion?.longitude : longitude, camera: camera,
            isFavourite: isFavourite, media: media.union(self.media.intersection(.ofTheFile)))
    }

    /// Of other kinds besides.
    package func adding(_ kinds: MediaKinds) -> PhotoInfo {
        PhotoInfo(
            width: width, height: height, cameraTime: cameraTime,
            utcOffsetMinutes: utcOffsetMinutes, latitude: latitude, longitude: longitude,
            camera: camera, isFavourite: isFavourite, media: media.union(kinds))
    }

    /// With what an original said before and its smaller picture does not: the camera, and its clock if
    /// the photo was taken at the same moment.
    func keepingDetails(of before: PhotoInfo?) -> PhotoInfo {
        guard let before else { return self }
        let isSameMoment = instant != nil && instant == before.instant
        return PhotoInfo(
            width: width, height: height,
            cameraTime: isSameMoment ? before.cameraTime : cameraTime,
            utcOffsetMinutes: isSameMoment ? before.utcOffsetMinutes : utcOffsetMinutes,
            latitude: latitude, longitude: longitude, camera: camera ?? before.camera,
            isFavourite: isFavourite,
            media: media.union(before.media.intersection(.selfie)))
    }

    /// Microseconds since 1970, UTC.
    private var instant: Int64? {
        guard let cameraTime, let utcOffsetMinutes else { return nil }
        return cameraTime - Int64(utcOffsetMinutes) * 60_000_000
    }

    /// Values for `columns`.
    static func values(_ info: PhotoInfo?) -> [SQLValue] {
        guard let info else {
            return Array(repeating: .null, count: 7) + Array(repeating: .integer(0), count: 2)
        }
        return [
            .integer(Int64(info.width)), .integer(Int64(info.height)),
            info.cameraTime.map(SQLValue.integer) ?? .null,
            info.utcOffsetMinutes.map { .integer(Int64($0)) } ?? .null,
            info.latitude.map(SQLValue.real) ?? .null, info.longitude.map(SQLValue.real) ?? .null,
            info.camera.map(SQLValue.text) ?? .null, .integer(info.isFavourite ? 1 : 0),
            .integer(Int64(info.media.rawValue)),
        ]
    }
}

/// One search result.
public struct Hit: Sendable, Hashable, Identifiable {
    /// 1 is best.
    public let rank: Int
    /// In the catalog.
    public let id: Int64
    public let source: PhotoSource
    /// Inner product of unit vectors, -1 to 1, less what negative words take, more what words beside the
    /// photo give; 0 where only dates, places and the like were asked for.
    public let score: Double
    /// Calibrated probability that the photo matches the words, 0 to 1; nil where it was compared with a
    /// photo: the score, a cosine, says how alike the two are, and no probability.
    public let confidence: Double?
    public let info: PhotoInfo?
    /// Where words of the query stand beside the photo, or in its picture.
    public let matched: [TextField]

    /// For previews and tests: an index makes its own.
    public init(
        rank: Int, id: Int64, source: PhotoSource, score: Double, confidence: Double? = nil,
        info: PhotoInfo? = nil, matched: [TextField] = []
    ) {
        (self.rank, self.id, self.source) = (rank, id, source)
        (self.score, self.confidence, self.info) = (score, confidence, info)
        self.matched = matched
    }

    /// Of the photo in a photo library, if that is where it was indexed; the path of a file otherwise.
    public var localIdentifier: String { source.description }
}

/// The one space to which all vectors of an index belong.
public struct Space: Sendable, Equatable {
    /// See `Manifest.space`; `<id>/<width>` for cut embeddings.
    public let space: String
    /// The encoder's name, as `photosearch.load_encoder` takes it.
    public let model: String
    public let dim: Int
    public let calibration: Calibration

    public init(space: String, model: String, dim: Int, calibration: Calibration) {
        (self.space, self.model) = (space, model)
        (self.dim, self.calibration) = (dim, calibration)
    }
}

/// How many photos there are, and of what.
public struct IndexStatus: Sendable, Equatable {
    public let indexed: Int
    public let pending: Int
    public let failed: Int
    /// nil while nothing has been indexed.
    public let space: Space?
    /// Grows with every change that a search could see.
    public let generation: Int64

    /// For previews and tests: an index makes its own.
    public init(
        indexed: Int, pending: Int = 0, failed: Int = 0, space: Space? = nil, generation: Int64 = 0
    ) {
        (self.indexed, self.pending, self.failed) = (indexed, pending, failed)
        (self.space, self.generation) = (space, generation)
    }
}
