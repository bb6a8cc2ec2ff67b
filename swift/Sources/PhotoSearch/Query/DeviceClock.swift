#if canImport(Darwin)
    import Darwin
    import Foundation
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
#endif

/// What the clock of this device shows, and in which zone.
///
/// As `photosearch/query/zones.py`.
package enum DeviceClock {
    private static let localtime = "/etc/localtime"  // a link into the database

    /// The IANA name of the zone; empty if the device does not say.
    package static var zone: String {
        #if canImport(Darwin)
            TimeZone.current.identifier
        #else
            environment ?? linked
        #endif
    }

    #if !canImport(Darwin)
        private static var environment: String? {
            let named = getenv("TZ").map { String(cString: $0) } ?? ""
            let name = named.hasPrefix(":") ? String(named.dropFirst()) : named
            return name.isEmpty ? nil : name
        }

        private static var linked: String {
            var target = [CChar](repeating: 0, count: 4096)
            let count = max(readlink(localtime, &target, target.count), 0)
            let path = String(
                decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let parts = path.split(separator: "zoneinfo/", maxSplits: 1)
            return parts.count == 2 ? String(parts[1]) : ""
        }
    #endif

    /// nil if it shows a time beyond the calendar.
    package static func now() -> WallClock? { shown(at: Int(time(nil))) }

    /// What it shows so many seconds after 1970 began in UTC; nil beyond the calendar.
    package static func shown(at instant: Int) -> WallClock? {
        var instant = time_t(instant)
        var parts = tm()
        guard localtime_r(&instant, &parts) != nil else { return nil }
        return WallClock(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: min(Int(parts.tm_sec), 59))
    }
}
