// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import Foundation

@MainActor open class UIDevice {
    public enum BatteryState: Int, Sendable {
        case unknown, unplugged, charging, full
    }

    open class var current: UIDevice { fatalError("a stub of UIKit") }
    open var isBatteryMonitoringEnabled = false
    open var batteryLevel: Float { fatalError("a stub of UIKit") }
    open var batteryState: BatteryState { fatalError("a stub of UIKit") }
}
