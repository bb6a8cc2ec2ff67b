// What an app has, for what an index has: dates for its two clocks, names that can be stored.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

private let microseconds = 1e6  // of a second

extension PhotoInfo {
    /// When the photo was taken; nil if it does not say.
    ///
    /// - Parameter zone: Of a camera that did not write its own.
    public func takenAt(assuming zone: TimeZone = .current) -> Date? {
        guard let cameraTime else { return nil }
        let clock = Date(timeIntervalSince1970: Double(cameraTime) / microseconds)
        let offset = utcOffsetMinutes.map { 60 * $0 } ?? zone.offset(ofClock: clock)
        return clock.addingTimeInterval(-Double(offset))
    }
}

extension FoundPhoto {
    /// When it was last changed.
    public var modifiedAt: Date { Date(timeIntervalSince1970: Double(modifiedNS) / 1e9) }
}

extension Moment {
    /// - Parameters:
    ///   - date: The same moment everywhere.
    ///   - zone: Of photos whose camera did not write its own.
    public init(_ date: Date, assuming zone: TimeZone = .current) {
        self = .instant(
            microseconds: Int64((date.timeIntervalSince1970 * microseconds).rounded()),
            utcOffsetMinutes: zone.secondsFromGMT(for: date) / 60)
    }
}

extension Filter {
    /// Taken in a period.
    ///
    /// - Parameters:
    ///   - period: From its start on, up to its end.
    ///   - zone: Of photos whose camera did not write its own.
    public init(taken period: DateInterval, assuming zone: TimeZone = .current) {
        self.init(
            since: Moment(period.start, assuming: zone), until: Moment(period.end, assuming: zone))
    }
}

extension TimeZone {
    /// Seconds east of UTC, where a clock shows what `clock` is in UTC.
    fileprivate func offset(ofClock clock: Date) -> Int {
        let guess = secondsFromGMT(for: clock)
        return secondsFromGMT(for: clock.addingTimeInterval(-Double(guess)))
    }
}

extension PhotoSource: Codable {
    /// From a string, or from bytes that are no UTF-8.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let name = try? value.decode(String.self) {
            self.init(name)
        } else {
            self.init(bytes: try value.decode([UInt8].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        if PhotoSource(description) == self {
            try value.encode(description)
        } else {
            try value.encode(bytes)
        }
    }
}
