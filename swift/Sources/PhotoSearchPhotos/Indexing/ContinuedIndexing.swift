// the SDK of iOS 26 comes with this compiler; on Linux the stubs have it
#if canImport(BackgroundTasks) && compiler(>=6.2) && (os(iOS) || os(Linux))
    import BackgroundTasks
    import PhotoSearch

    /// "Index now": a pass that a person has asked for, which goes on when they leave the app. The system
    /// shows how far it has come, and they can end it there.
    ///
    /// The app's Info.plist names the identifier, which begins with that of the app, under
    /// `BGTaskSchedulerPermittedIdentifiers`.
    ///
    /// ```swift
    /// let now = ContinuedIndexing(identifier: "com.example.index-now")
    /// now.register { indexer }
    /// try now.begin(title: "Indexing photos", subtitle: "So that you can search them")
    /// ```
    @available(iOS 26, *)
    public struct ContinuedIndexing: Sendable {
        private let identifier: String

        public init(identifier: String) {
            self.identifier = identifier
        }

        /// Tells the system what to run, once in the life of a process, and at any time before `begin`.
        ///
        /// - Parameter indexer: Of the app. Its pass has the policy `IndexingPolicy.foreground`, unless
        ///   one runs already: that is joined.
        /// - Returns: Whether the identifier is among those of the Info.plist.
        @discardableResult
        public func register(
            _ indexer: @escaping @Sendable () async throws -> LibraryIndexer
        ) -> Bool {
            BGTaskScheduler.shared.register(
                forTaskWithIdentifier: identifier, using: nil
            ) { task in
                let bar = (task as? BGContinuedProcessingTask)?.progress
                let pass = BackgroundPass(
                    clock: .system,
                    told: { progress in
                        bar?.totalUnitCount = Int64(max(progress.total, 1))
                        bar?.completedUnitCount = Int64(progress.done)
                    },
                    ended: { _ in })
                pass.begin(task, policy: .foreground, indexer)
            }
        }

        /// Begins now or, if the system is busy, soon.
        ///
        /// - Parameters:
        ///   - title: For the person, as "Indexing photos".
        ///   - subtitle: What it is for.
        /// - Throws: `PhotoSearchError` of kind `backgroundOff` or `usage`; then run a pass as ever, while
        ///   the app is open.
        public func begin(title: String, subtitle: String) throws(PhotoSearchError) {
            let request = BGContinuedProcessingTaskRequest(
                identifier: identifier, title: title, subtitle: subtitle)
            try BGTaskScheduler.shared.ask(for: request)
        }
    }
#endif
