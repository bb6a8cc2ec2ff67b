import PhotoSearch

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the clocks of a time zone show, by the C library and the zones of this machine.
///
/// As `photosearch/query/zones.py`.
struct TimeZoneClock {
    private static let database = "/usr/share/zoneinfo/"
    private static let epoch = 719_162 * 86_400  // seconds from year 1 to 1970

    /// The IANA name; empty if this machine does not say.
    let name: String

    /// The one that this machine is in.
    static func ofThisMachine() -> TimeZoneClock {
        TimeZoneClock(name: DeviceClock.zone)
    }

    private init(name: String) {
        self.name = name
    }

    /// The zone becomes that of this process.
    ///
    /// - Throws: `PhotoSearchError` of kind `usage` for a zone that there is not.
    init(named name: String) throws {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { ["", ".", ".."].contains($0) }), !name.utf8.contains(0),
            Self.isZone("\(Self.database)\(name)")
        else {
            throw PhotoSearchError(
                .usage, "zone: got '\(name)', expected an IANA name, for example Europe/Berlin")
        }
        self.name = name
        setenv("TZ", ":\(Self.database)\(name)", 1)
        tzset()
    }

    /// Whether it is a file of RFC 9636.
    private static func isZone(_ path: String) -> Bool {
        guard let file = fopen(path, "r") else { return false }
        defer { fclose(file) }
        var head = [UInt8](repeating: 0, count: 4)
        return fread(&head, 1, 4, file) == 4 && head.elementsEqual("TZif".utf8)
    }

    func now() throws -> WallClock {
        try shown(at: Int(time(nil)), or: "the clock of this machine")
    }

    /// A time as ISO 8601 to what the clock shows then; one without an offset is wall-clock time.
    ///
    /// - Throws: `PhotoSearchError` of kind `usage` for what is no time.
    func parse(_ text: String) throws -> WallClock {
        guard let form = TimeForm(text), let wall = form.wall else { throw Self.error(text) }
        guard let offset = form.offset else { return wall }
        let instant = wall.seconds - offset
        guard WallClock(seconds: instant) != nil else { throw Self.error(text) }
        return try shown(at: instant - Self.epoch, or: text)
    }

    /// What the clock shows so many seconds after 1970 began.
    private func shown(at instant: Int, or text: String) throws -> WallClock {
        guard let shown = DeviceClock.shown(at: instant) else { throw Self.error(text) }
        return shown
    }

    private static func error(_ text: String) -> PhotoSearchError {
        let forms = "2026-11-26T10:00 or 2026-11-26T10:00+01:00"
        return PhotoSearchError(.usage, "--now: got '\(text)', expected \(forms)")
    }
}

/// YYYY-MM-DD[(T| )hh:mm[:ss]][Z|±hh:mm]
private struct TimeForm {
    /// nil for a day or a time that there is not.
    private(set) var wall: WallClock?
    /// Seconds east of UTC.
    private(set) var offset: Int?

    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        while rest.last.map(Self.isSpace) == true { rest.removeLast() }
        while rest.first.map(Self.isSpace) == true { rest.removeFirst() }
        guard let date = Self.numbers("0000-00-00", &rest) else { return nil }
        let clock =
            Self.numbers("T00:00:00", &rest) ?? Self.numbers("T00:00", &rest) ?? [0, 0]
        if rest.elementsEqual("Z".utf8) {
            (offset, rest) = (0, [])
        } else if let sign = rest.first, let parts = Self.numbers("±00:00", &rest) {
            let seconds = parts[0] * 3600 + parts[1] * 60
            guard seconds < 86_400 else { return nil }
            offset = sign == UInt8(ascii: "-") ? -seconds : seconds
        }
        guard rest.isEmpty else { return nil }
        wall = WallClock(
            year: date[0], month: date[1], day: date[2], hour: clock[0], minute: clock[1],
            second: clock.count > 2 ? clock[2] : 0)
    }

    /// The numbers at the start of a text in which 0 stands for a digit; they are taken from it.
    private static func numbers(_ form: String, _ rest: inout ArraySlice<UInt8>) -> [Int]? {
        let form = form.unicodeScalars
        guard rest.count >= form.count else { return nil }
        var numbers: [Int] = []
        var isInside = false
        for (wanted, byte) in zip(form, rest) {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            switch wanted {
            case "0":
                guard isDigit else { return nil }
                if !isInside { numbers.append(0) }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - 0x30)
            case "T": guard byte == UInt8(ascii: "T") || byte == 0x20 else { return nil }
            case "±":
                guard byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") else { return nil }
            default: guard UInt32(byte) == wanted.value else { return nil }
            }
            isInside = isDigit
        }
        rest = rest.dropFirst(form.count)
        return numbers
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte)
    }
}
