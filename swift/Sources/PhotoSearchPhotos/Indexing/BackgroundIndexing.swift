#if canImport(BackgroundTasks) && !os(macOS)
    import BackgroundTasks
    import PhotoSearch

    /// Runs passes when the system has time for them, usually at night on the charger.
    ///
    /// The app's Info.plist names the identifier under `BGTaskSchedulerPermittedIdentifiers` and has
    /// `processing` among its background modes.
    ///
    /// ```swift
    /// let background = BackgroundIndexing(identifier: "com.example.indexing")
    /// background.register { try await makeIndexer() }  // before the app has finished launching
    /// try background.schedule()  // whenever it goes to the background
    /// ```
    public struct BackgroundIndexing: Sendable {
        private let identifier: String

        public init(identifier: String) {
            self.identifier = identifier
        }

        /// Tells the system what to run. Call it once, before the app has finished launching.
        ///
        /// A pass that the system ends early goes on in the next one, which is asked for here.
        ///
        /// - Parameter indexer: Made when the system gives time, or the one of the app; the pass has the
        ///   policy `IndexingPolicy.background`, later ones the indexer's own.
        /// - Returns: Whether the identifier is among those of the Info.plist.
        @discardableResult
        public func register(
            _ indexer: @escaping @Sendable () async throws -> LibraryIndexer
        ) -> Bool {
            let again = self
            return BGTaskScheduler.shared.register(
                forTaskWithIdentifier: identifier, using: nil
            ) { task in
                // the system hands the task over: nobody else holds it, and it may be called from
                // any thread
                nonisolated(unsafe) let task = task
                let work = Task {
                    let isDone = (try? await Self.run(indexer())) ?? false
                    try? again.schedule()
                    task.setTaskCompleted(success: isDone)
                }
                task.expirationHandler = { work.cancel() }
            }
        }

        /// Asks the system for time. Asking again replaces what was asked before.
        ///
        /// - Throws: `PhotoSearchError` of kind `usage` if the identifier is not permitted, or the
        ///   system does no background work, as in a simulator.
        public func schedule() throws(PhotoSearchError) {
            let request = BGProcessingTaskRequest(identifier: identifier)
            request.requiresExternalPower = true
            do {
                try BGTaskScheduler.shared.submit(request)
            } catch {
                throw PhotoSearchError(.usage, "background task '\(identifier)': \(error)")
            }
        }

        private static func run(_ indexer: LibraryIndexer) async -> Bool {
            var isDone = false
            for await progress in await indexer.run(policy: .background) {
                isDone = progress.phase == .finished
            }
            if Task.isCancelled { await indexer.stop() }
            return isDone
        }
    }
#endif
