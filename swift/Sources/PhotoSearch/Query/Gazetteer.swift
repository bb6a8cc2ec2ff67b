import CPhotoSearchKernels

/// A circle on Earth with a name.
struct GazetteerPlace: Sendable, Hashable {
    let name: String
    /// ISO 3166-1 alpha-2; empty where it lies in several.
    let country: String
    /// Degrees.
    let latitude: Double
    /// Degrees.
    let longitude: Double
    let radiusKm: Double
    /// In full thousands; 0 of a sight.
    let population: Int
}

/// Names of places to where they are, looked up in the bytes that Python reads.
///
/// As `photosearch/query/gazetteer.py`, which says how they are written. A key is a name as
/// `key(of:)` leaves it.
enum Gazetteer {
    /// Words of a key, at most.
    static let mostWords = 5
    private static let fuzzyLengths = 5...40  // letters of what may be a slip of a name
    private static let space = UInt8(ascii: " ")

    /// The places of this name, the best known first; none for what is no key.
    ///
    /// - Complexity: O(log n) in the size of the gazetteer.
    static func find(_ key: String) -> [GazetteerPlace] {
        places(of: Array(key.utf8))
    }

    /// The places of all well-known names that are one slip away, the most populous first.
    ///
    /// A slip is a letter left out, added or replaced, two neighbours swapped (Damerau 1964,
    /// doi:10.1145/363958.363994), or a space left out. What is itself a name or an English word is
    /// no slip.
    ///
    /// - Complexity: O(n) in the well-known names that are about as long.
    static func findFuzzy(_ key: String) -> [GazetteerPlace] {
        let bytes = Array(key.utf8)
        let letters = bytes.reduce(0) { $0 + ($1 == space ? 0 : 1) }
        guard fuzzyLengths.contains(letters), isKey(bytes), line(of: bytes) == nil
        else { return [] }
        let sorted = FuzzyNames.all.names(oneSlipFrom: bytes).map(places)
            .filter { !$0.isEmpty }
            .enumerated()
            .sorted { first, second in  // by name where as many people live
                (-first.element[0].population, first.offset)
                    < (-second.element[0].population, second.offset)
            }
        var seen: Set<GazetteerPlace> = []
        return sorted.flatMap(\.element).filter { seen.insert($0).inserted }
    }

    /// Whether it is an ordinary word, be it a name too or only like one.
    static func isWord(_ key: String) -> Bool {
        has(key, UInt8(ascii: "w")) || has(key, UInt8(ascii: "x"))
    }

    /// Whether it is a name of a place that people bear, too.
    static func isGivenName(_ key: String) -> Bool {
        has(key, UInt8(ascii: "n"))
    }

    private static func has(_ key: String, _ flag: UInt8) -> Bool {
        line(of: Array(key.utf8))?.flags.contains(flag) ?? false
    }

    // MARK: Lines

    private struct Line {
        let flags: UnsafeRawBufferPointer
        let places: UnsafeRawBufferPointer
    }

    /// Words of a-z and 0-9, one space between them.
    private static func isKey(_ bytes: [UInt8]) -> Bool {
        var last = space
        for byte in bytes {
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard isLetter || isDigit || byte == space && last != space else { return false }
            last = byte
        }
        return last != space
    }

    private static func line(of key: [UInt8]) -> Line? {
        let found = ps_gazetteer_line_of(key, UInt32(key.count))
        guard let flags = found.flags, let places = found.places else { return nil }
        return Line(
            flags: UnsafeRawBufferPointer(start: flags, count: Int(found.flags_count)),
            places: UnsafeRawBufferPointer(start: places, count: Int(found.places_count)))
    }

    // MARK: Places

    private static func places(of key: [UInt8]) -> [GazetteerPlace] {
        guard let line = line(of: key) else { return [] }
        return line.places.split(separator: UInt8(ascii: "|")).compactMap { place($0, of: key) }
    }

    static func place(
        _ bytes: Slice<UnsafeRawBufferPointer>, of key: [UInt8]
    ) -> GazetteerPlace? {
        let fields = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count == 6,
            let latitude = Double(fields[2]), let longitude = Double(fields[3]),
            let radius = Double(fields[4]), let thousands = Int(fields[5])
        else { return nil }
        return GazetteerPlace(
            name: fields[0].isEmpty ? capitalised(key) : fields[0], country: fields[1],
            latitude: latitude, longitude: longitude, radiusKm: radius,
            population: 1000 * thousands)
    }

    /// The name that a place has if none is written: each word with a capital.
    private static func capitalised(_ key: [UInt8]) -> String {
        var last = space
        let bytes = key.map { byte in
            defer { last = byte }
            return last == space && byte >= UInt8(ascii: "a") ? byte - 32 : byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
