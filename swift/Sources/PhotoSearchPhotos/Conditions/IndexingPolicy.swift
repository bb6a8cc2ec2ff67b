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
    /// Whether a pass looks again at photos that were pending the last time.
    public var retriesPending = false
    /// Photos that are embedded together and committed together: what a killed app loses.
    public var batch = 16
    /// Photos that are decoded at the same time.
    public var decoders = 2
    /// How long to wait before asking again whether work may go on.
    public var patience = Duration.seconds(15)
    /// Whether the model's memory is given back after each pass.
    public var unloadsModel = true

    public init() {}

    /// While the app is in use: stops for heat, a low battery and low-power mode.
    public static let foreground = IndexingPolicy()

    /// At night: on the charger only, and with another look at what was pending.
    public static let background: IndexingPolicy = {
        var policy = IndexingPolicy()
        policy.needsCharger = true
        policy.retriesPending = true
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
