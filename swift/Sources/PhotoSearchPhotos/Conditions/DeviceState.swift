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
