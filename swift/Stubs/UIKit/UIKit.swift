// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import CoreGraphics
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

open class UIImage: NSObject, @unchecked Sendable {
    public enum Orientation: Int, Sendable {
        case up, down, left, right, upMirrored, downMirrored, leftMirrored, rightMirrored
    }

    open var cgImage: CGImage? { fatalError("a stub of UIKit") }
    open var imageOrientation: Orientation { fatalError("a stub of UIKit") }
}
