/// Time, as indexing sees it; tests bring their own.
public struct IndexingClock: Sendable {
    /// Since any fixed moment.
    public let now: @Sendable () -> Duration
    /// Throws `CancellationError` if the task is cancelled meanwhile.
    public let sleep: @Sendable (Duration) async throws -> Void

    public init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    public static let system: IndexingClock = {
        let start = ContinuousClock.now
        return IndexingClock(
            now: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(for: $0) })
    }()
}
