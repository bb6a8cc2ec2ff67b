// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
func stub() -> Never { fatalError("a stub of os") }

public struct OSLogPrivacy: Sendable {
    public static var auto: OSLogPrivacy { stub() }
    public static var `public`: OSLogPrivacy { stub() }
    public static var `private`: OSLogPrivacy { stub() }
}

public struct OSLogInterpolation: StringInterpolationProtocol {
    public init(literalCapacity: Int, interpolationCount: Int) { stub() }
    public mutating func appendLiteral(_ literal: String) { stub() }
    public mutating func appendInterpolation(
        _ text: @autoclosure @escaping () -> String, privacy: OSLogPrivacy = .auto
    ) { stub() }
    public mutating func appendInterpolation(
        _ number: @autoclosure @escaping () -> Int, privacy: OSLogPrivacy = .auto
    ) { stub() }
}

public struct OSLogMessage: ExpressibleByStringInterpolation {
    public init(stringLiteral value: String) { stub() }
    public init(stringInterpolation: OSLogInterpolation) { stub() }
}

public struct Logger: Sendable {
    public init(subsystem: String, category: String) { stub() }
    public func notice(_ message: OSLogMessage) { stub() }
    public func error(_ message: OSLogMessage) { stub() }
}

public struct OSSignpostID: Sendable {}

public final class OSSignpostIntervalState: Sendable {
    init() { stub() }
}

public struct OSSignposter: Sendable {
    public init(subsystem: String, category: String) { stub() }
    public func makeSignpostID() -> OSSignpostID { stub() }
    public func beginInterval(_ name: StaticString, id: OSSignpostID) -> OSSignpostIntervalState { stub() }
    public func endInterval(_ name: StaticString, _ state: OSSignpostIntervalState) { stub() }
}
