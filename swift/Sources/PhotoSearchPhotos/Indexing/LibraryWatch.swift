// Keeping in step with a library while an app is open.

extension LibraryIndexer {
    /// From the first failed pass to its repetition; twice as long each time.
    private static let pauses = (first: Duration.seconds(15), longest: Duration.seconds(900))

    /// Runs a pass now, and another each time the library has changed; ends when it is cancelled.
    ///
    /// Changes that come in a burst are one. A pass that fails for what may pass, as another process
    /// that is writing or a full disk, is tried again by itself, and so is one that somebody else stops.
    public func watch(
        _ told: @Sendable (IndexingProgress) async -> Void = { _ in }
    ) async {
        let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        // asked first, so that no change is missed while the pass runs
        let settled = SettledUpdates.stream(of: library.updates(), clock)
        let listening = Task { for await _ in settled { wake.yield() } }
        defer { listening.cancel() }
        wake.yield()
        var pause = Self.pauses.first
        var again: Task<Void, any Error>?
        for await _ in wakes {
            again?.cancel()
            if Task.isCancelled { break }
            let (pass, isNew) = join(.guarded, nil, retries: [])
            var last = IndexingProgress()
            for await progress in pass {
                last = progress
                await told(progress)
            }
            // it may have begun before the change for which this one was
            if !isNew, last.phase == .finished { wake.yield() }
            guard last.phase.mayPass else {
                pause = Self.pauses.first
                continue
            }
            again = Task { [clock, pause] in
                try await clock.sleep(pause)
                wake.yield()
            }
            pause = min(pause * 2, Self.pauses.longest)
        }
        again?.cancel()
        await stop()
        await told(board.latest)
    }
}

extension IndexingProgress.Phase {
    /// Whether another pass may get further although nothing has changed in the library. One that was
    /// stopped, but not by who watches, was so for the end of its time.
    var mayPass: Bool {
        switch self {
        case .failed(let error): [.indexLocked, .storage, .model].contains(error.kind)
        case .stopped: true
        default: false
        }
    }
}

/// Changes that come in bursts, as one each: when it has been quiet for a while, or has gone on for
/// long.
enum SettledUpdates {
    static func stream(of updates: AsyncStream<Void>, _ clock: IndexingClock) -> AsyncStream<Void> {
        let (settled, out) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let burst = Burst()
        let listening = Task {
            for await _ in updates {
                await burst.add()
                signal.yield()
            }
            signal.finish()
        }
        let settling = Task {
            for await _ in signals {
                if await burst.settles(clock) { out.yield() }
            }
            out.finish()
        }
        out.onTermination = { _ in
            listening.cancel()
            settling.cancel()
        }
        return settled
    }

    private actor Burst {
        private static let quiet = Duration.seconds(1)
        private static let longest = Duration.seconds(10)

        private var seen = 0
        private var told = 0

        func add() { seen += 1 }

        /// Waits for its end; false if there is nothing that was not told.
        func settles(_ clock: IndexingClock) async -> Bool {
            guard seen > told else { return false }
            var waited = Duration.zero
            var before: Int
            repeat {
                before = seen
                guard (try? await clock.sleep(Self.quiet)) != nil else { return false }
                waited += Self.quiet
            } while seen > before && waited < Self.longest
            told = seen
            return true
        }
    }
}
