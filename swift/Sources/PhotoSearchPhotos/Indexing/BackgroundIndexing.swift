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

        /// Tells the system what to run, before the app has finished launching.
        ///
        /// A pass that the system ends early goes on in the next one, which is asked for here.
        ///
        /// - Important: Once only: the system ends an app that registers an identifier twice, or after
        ///   it has finished launching.
        /// - Parameter indexer: Made when the system gives time, or the one of the app. Its pass has the
        ///   policy `IndexingPolicy.background`, unless one runs already: that is joined, and stopped
        ///   with the time.
        /// - Returns: Whether the identifier is among those of the Info.plist.
        @discardableResult
        public func register(
            _ indexer: @escaping @Sendable () async throws -> LibraryIndexer
        ) -> Bool {
            let pass = BackgroundPass(clock: .system) { _ in try? schedule() }
            return BGTaskScheduler.shared.register(
                forTaskWithIdentifier: identifier, using: nil
            ) { task in
                pass.begin(task, policy: .background, indexer)
            }
        }

        /// Asks the system for time. Asking again replaces what was asked before.
        ///
        /// - Throws: `PhotoSearchError` of kind `backgroundOff` if the person has turned background
        ///   refresh off, or the system has none, as a simulator; `usage` if the identifier is not
        ///   permitted.
        public func schedule() throws(PhotoSearchError) {
            let request = BGProcessingTaskRequest(identifier: identifier)
            request.requiresExternalPower = true
            try BGTaskScheduler.shared.ask(for: request)
        }
    }

    extension BGTask: GivenTime {}

    extension BGTaskScheduler {
        func ask(for request: BGTaskRequest) throws(PhotoSearchError) {
            do {
                try submit(request)
            } catch let error as BGTaskScheduler.Error where error.code == .unavailable {
                throw PhotoSearchError(
                    .backgroundOff,
                    "background task '\(request.identifier)': background refresh is off")
            } catch {
                throw PhotoSearchError(.usage, "background task '\(request.identifier)': \(error)")
            }
        }
    }
#endif
