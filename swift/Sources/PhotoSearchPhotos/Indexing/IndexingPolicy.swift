// When indexing may work, and how hard, by the state that the device is in.

import Foundation

#if canImport(UIKit) && !os(tvOS)
    import UIKit
#endif

/// When indexing may work, and how hard.
///
/// ```swift
/// var policy = IndexingPolicy.background
/// policy.lowestBattery = 0.5
/// await indexer.setPolicy(policy)
/// ```
public struct IndexingPolicy: Sendable, Equatable {
    /// The hottest state in which work goes on.
    public var hottest = ThermalState.fair
    /// The share of the battery, 0 to 1, below which work waits, unless it is charging.
    public var lowestBattery = 0.2
    public var worksInLowPowerMode = false
    public var needsCharger = false
    /// Whether photos that are in the cloud only are fetched. If not, they stay pending.
    public var downloadsPhotos = false
    /// Whether a pass looks again at photos that were not on the device the last time.
    public var retriesPending = false
    /// Whether a pass reads, once all photos are searchable, the originals that are on the device: for
    /// the camera, the time zone, and to know copies of one file.
    public var readsOriginals = false
    /// Photos that are embedded together and committed together: what a killed app loses.
    public var batch = 16
    /// Photos that are decoded at the same time.
    public var decoders = 2
    /// Bytes that photos may take while they are decoded: two of 24 megapixels at the same time, of
    /// larger ones one. Pictures that the library keeps take none of it.
    public var decodingBytes = 192_000_000
    /// How long to wait before asking again whether work may go on, or for a photo that the library
    /// could not give; four times as long each time for the latter.
    public var patience = Duration.seconds(15)
    /// How often a pass asks again for a photo that the library could not give. The next pass does, too.
    public var retries = 1
    /// Whether the model's memory is given back after each pass.
    public var unloadsModel = true

    public init() {}

    /// While the app is in use: stops for heat, a low battery and low-power mode.
    public static let foreground = IndexingPolicy()

    /// At night: on the charger only, with another look at what was not on the device, and at originals.
    public static let background: IndexingPolicy = {
        var policy = IndexingPolicy()
        policy.needsCharger = true
        policy.retriesPending = true
        policy.readsOriginals = true
        return policy
    }()

    /// Why work must wait in this state; nil if it need not.
    public func obstacle(_ state: DeviceState) -> Obstacle? {
        let isCharging = state.isCharging ?? true
        if state.thermal > hottest { return .heat }
        if state.isLowPowerMode, !worksInLowPowerMode { return .lowPowerMode }
        if needsCharger, !isCharging { return .noCharger }
        if let level = state.battery, level < lowestBattery, !isCharging { return .lowBattery }
        return nil
    }
}

/// Why indexing waits.
public enum Obstacle: String, Sendable, CaseIterable {
    case heat, lowPowerMode, noCharger, lowBattery
}

/// What a device says of itself.
public struct DeviceState: Sendable, Equatable {
    public var thermal: ThermalState
    public var isLowPowerMode: Bool
    /// The share that is left, 0 to 1; nil if there is no battery or it is not known.
    public var battery: Double?
    /// Charging or full; nil if it is not known, which counts as yes.
    public var isCharging: Bool?

    public init(
        thermal: ThermalState = .nominal, isLowPowerMode: Bool = false, battery: Double? = nil,
        isCharging: Bool? = nil
    ) {
        self.thermal = thermal
        self.isLowPowerMode = isLowPowerMode
        self.battery = battery
        self.isCharging = isCharging
    }
}

/// As `ProcessInfo.ThermalState`.
public enum ThermalState: Int, Sendable, CaseIterable, Comparable {
    case nominal, fair, serious, critical

    public static func < (one: ThermalState, other: ThermalState) -> Bool {
        one.rawValue < other.rawValue
    }
}

/// Where `DeviceState` comes from: `SystemConditions`, or a constant in tests.
public protocol DeviceConditions: Sendable {
    func state() async -> DeviceState
}

/// Conditions that stay as they are.
public struct ConstantConditions: DeviceConditions {
    private let constant: DeviceState

    public init(_ state: DeviceState = DeviceState()) {
        constant = state
    }

    public func state() -> DeviceState { constant }
}

/// The state of the device that the app runs on.
///
/// A Mac does not say how its battery is: it counts as charging, as an Apple TV does. Linux says nothing at all.
public struct SystemConditions: DeviceConditions {
    public init() {}

    public func state() async -> DeviceState {
        var state = DeviceState()
        #if canImport(Darwin)
            let process = ProcessInfo.processInfo
            state.thermal = ThermalState(rawValue: process.thermalState.rawValue) ?? .nominal
            state.isLowPowerMode = process.isLowPowerModeEnabled
        #endif
        #if canImport(UIKit) && !os(tvOS)
            (state.battery, state.isCharging) = await Self.battery()
        #endif
        return state
    }

    #if canImport(UIKit) && !os(tvOS)
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
