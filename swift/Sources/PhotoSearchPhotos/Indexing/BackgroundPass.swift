import Foundation

/// Time that a system gives and may take back: a `BGTask`, or a test's.
protocol GivenTime: AnyObject {
    /// Called, on any thread, when the time is taken back. The process is killed if `end` does not
    /// follow within seconds.
    var expirationHandler: (() -> Void)? { get set }

    func setTaskCompleted(success: Bool)
}

/// A pass in time that a system gives.
struct BackgroundPass: Sendable {
    /// For a commit in hand: a process that is suspended while it holds a lock on a shared file is
    /// killed. A compile or a prediction may take longer, and is not waited for.
    static let grace = Duration.milliseconds(700)

    let clock: IndexingClock
    /// Told how far it has come.
    var told: @Sendable (IndexingProgress) -> Void = { _ in }
    /// Called once, before the time is given back, with whether the pass is finished.
    let ended: @Sendable (Bool) -> Void

    /// Begins the pass, and gives the time back when it has ended or soon after it was taken back.
    func begin(
        _ given: any GivenTime, policy: IndexingPolicy,
        _ indexer: @escaping @Sendable () async throws -> LibraryIndexer
    ) {
        let ending = Ending(given, ended)
        let work = Task {
            let isDone = (try? await pass(indexer(), policy)) ?? false
            ending.end(success: isDone)
        }
        given.expirationHandler = { [clock] in
            work.cancel()
            Task {
                try? await clock.sleep(Self.grace)
                ending.end(success: false)
            }
        }
    }

    private func pass(_ indexer: LibraryIndexer, _ policy: IndexingPolicy) async -> Bool {
        var isDone = false
        for await progress in await indexer.run(policy: policy) {
            told(progress)
            isDone = progress.phase == .finished
        }
        if Task.isCancelled { await indexer.stop() }
        return isDone
    }

    /// Gives the time back, once.
    private final class Ending: Sendable {
        private let lock = NSLock()
        private nonisolated(unsafe) var given: (any GivenTime)?  // guarded by the lock
        private let ended: @Sendable (Bool) -> Void

        init(_ given: any GivenTime, _ ended: @escaping @Sendable (Bool) -> Void) {
            self.given = given
            self.ended = ended
        }

        func end(success: Bool) {
            let given = lock.withLock {
                defer { self.given = nil }
                return self.given
            }
            guard let given else { return }
            ended(success)
            given.setTaskCompleted(success: success)
        }
    }
}
