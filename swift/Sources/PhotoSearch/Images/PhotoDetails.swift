/// What a camera wrote into a file, and a photo library does not tell. nil means: not recorded.
///
/// As `photosearch.images.metadata.fields`, which describes the rules.
public struct PhotoDetails: Sendable, Hashable {
    private static let mostCharacters = 120
    private static let farthest = 15 * 60  // minutes; the world uses -12:00 to +14:00
    /// And RFC 822's, hours east.
    private static let zones = [
        "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6,
        "MST": -7, "PDT": -7, "PST": -8,
    ]

    /// Maker and model.
    public let camera: String?
    /// Of the camera's clock: minutes east of UTC.
    public let utcOffsetMinutes: Int?
    /// Taken with the lens at the front.
    public let isSelfie: Bool

    public init(camera: String? = nil, utcOffsetMinutes: Int? = nil, isSelfie: Bool = false) {
        (self.camera, self.utcOffsetMinutes) = (camera, utcOffsetMinutes)
        self.isSelfie = isSelfie
    }

    /// From the values of EXIF's tags, "" for those that are missing.
    ///
    /// - Parameters:
    ///   - make: As "Canon".
    ///   - model: As "Canon EOS R5".
    ///   - offset: Of the time at which the photo was taken, as "+05:30".
    ///   - lens: As "iPhone 12 front camera 2.71mm f/2.2".
    public init(make: String, model: String, offset: String, lens: String = "") {
        self.init(
            camera: Self.camera(make, model), utcOffsetMinutes: Self.minutes(offset),
            isSelfie: lens.lowercased().contains("front"))
    }

    /// Joined; the model alone where it begins with the make's first word.
    private static func camera(_ make: String, _ model: String) -> String? {
        let (make, model) = (words(make), words(model))
        let isTwice = make.first != nil && make.first?.lowercased() == model.first?.lowercased()
        let name = ((isTwice ? [] : make) + model).joined(separator: " ").unicodeScalars
        return name.isEmpty ? nil : String(String.UnicodeScalarView(name.prefix(mostCharacters)))
    }

    /// As in a text tag: up to its NUL, apart by what is no printable character.
    private static func words(_ text: String) -> [String] {
        text.unicodeScalars.prefix { $0 != "\0" }
            .split { blank.contains($0.properties.generalCategory) }
            .map { String(String.UnicodeScalarView($0)) }
    }

    private static let blank: Set<Unicode.GeneralCategory> = [
        .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
        .paragraphSeparator,
    ]

    /// From "+05:30", "-0800", "-3", "UTC+2" or "Z".
    private static func minutes(_ offset: String) -> Int? {
        let text = words(offset.replacing("\u{2212}", with: "-").uppercased())
            .joined(separator: " ")
            .replacing(/\ ?[.,][0-9]+\ ?/, with: "", maxReplacements: 1)  // of a second
        if let hours = zones[text] { return hours * 60 }
        let form = /(?:UTC|GMT)? ?([+-]) ?([0-9]{1,2})(?::?([0-9]{2}))?/
        guard let found = text.wholeMatch(of: form), let hours = Int(found.2) else { return nil }
        let rest = found.3.flatMap { Int($0) } ?? 0
        guard rest < 60, hours * 60 + rest <= farthest else { return nil }
        return (found.1 == "-" ? -1 : 1) * (hours * 60 + rest)
    }
}
