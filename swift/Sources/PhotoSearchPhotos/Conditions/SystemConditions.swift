import Foundation

#if canImport(UIKit)
    import UIKit
#endif

/// The state of the device that the app runs on.
///
/// A Mac does not say how its battery is: it counts as charging. Linux says nothing at all.
public struct SystemConditions: DeviceConditions {
    public init() {}

    public func state() async -> DeviceState {
        var state = DeviceState()
        #if canImport(Darwin)
            let process = ProcessInfo.processInfo
            state.thermal = ThermalState(rawValue: process.thermalState.rawValue) ?? .nominal
            state.isLowPowerMode = process.isLowPowerModeEnabled
        #endif
        #if canImport(UIKit)
            (state.battery, state.isCharging) = await Self.battery()
        #endif
        return state
    }

    #if canImport(UIKit)
        @MainActor private static func battery() -> (level: Double?, isCharging: Bool?) {
            let device = UIDevice.current
            device.isBatteryMonitoringEnabled = true
            let level = Double(device.batteryLevel)  // -1 if it is not known
            switch device.batteryState {
            case .charging, .full: return (level < 0 ? nil : level, true)
            case .unplugged: return (level < 0 ? nil : level, false)
            default: return (nil, nil)
            }
        }
    #endif
}
