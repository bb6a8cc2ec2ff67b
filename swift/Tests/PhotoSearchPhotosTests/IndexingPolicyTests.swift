import Testing

@testable import PhotoSearchPhotos

@Suite struct IndexingPolicyTests {
    @Test(
        arguments: [
            (DeviceState(), nil),
            (DeviceState(thermal: .fair), nil),
            (DeviceState(thermal: .serious), .heat),
            (DeviceState(isLowPowerMode: true), .lowPowerMode),
            (DeviceState(battery: 0.1, isCharging: false), .lowBattery),
            (DeviceState(battery: 0.2, isCharging: false), nil),
            (DeviceState(battery: 0.1, isCharging: true), nil),
            (DeviceState(battery: 0.1, isCharging: nil), nil),
        ] as [(DeviceState, Obstacle?)])
    func theForegroundWaitsForHeatLowPowerAndALowBattery(state: DeviceState, expected: Obstacle?) {
        #expect(IndexingPolicy.foreground.obstacle(state) == expected)
    }

    @Test func theBackgroundWaitsForTheCharger() {
        let unplugged = DeviceState(battery: 1, isCharging: false)
        #expect(IndexingPolicy.background.obstacle(unplugged) == .noCharger)
        #expect(IndexingPolicy.background.obstacle(DeviceState(isCharging: true)) == nil)
    }

    @Test func anAppMaySetItsOwn() {
        var policy = IndexingPolicy.foreground
        policy.hottest = .critical
        policy.worksInLowPowerMode = true
        policy.lowestBattery = 0
        let worst = DeviceState(
            thermal: .critical, isLowPowerMode: true, battery: 0, isCharging: false)
        #expect(policy.obstacle(worst) == nil)
    }

    @Test func workWaitsAndGoesOnByItself() async throws {
        let rig = try Rig()
        try await rig.fill(2)
        await rig.conditions.set(
            DeviceState(thermal: .critical), DeviceState(thermal: .serious), DeviceState())
        #expect(await rig.pass().indexed == 2)
        #expect(await rig.conditions.asked >= 3)
    }
}
