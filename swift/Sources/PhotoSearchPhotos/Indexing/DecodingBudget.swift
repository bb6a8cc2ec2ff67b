#if canImport(Darwin)
    import Dispatch
#endif

/// Memory for photos that are decoded at the same time.
///
/// A photo that is larger than all of it is decoded alone. While the system is short of memory, each is.
actor DecodingBudget {
    private var most: Int
    private var isTight = false
    private var used: [Int] = []  // bytes of those that are being decoded
    private var waiting: [(bytes: Int, go: CheckedContinuation<Void, Never>)] = []

    /// - Parameter most: Bytes.
    init(_ most: Int) {
        self.most = most
    }

    /// Runs something that takes so much memory, when there is room for it; first come, first served.
    func run<Result: Sendable>(
        bytes: Int, _ body: @Sendable () async throws -> Result
    ) async rethrows -> Result {
        if !waiting.isEmpty || !hasRoom(for: bytes) {
            await withCheckedContinuation { waiting.append((bytes, $0)) }  // counted when it goes
        } else {
            used.append(bytes)
        }
        defer { end(bytes) }
        return try await body()
    }

    func set(most: Int) {
        self.most = most
        admit()
    }

    /// - Parameter isTight: Whether the system is short of memory.
    func set(isTight: Bool) {
        self.isTight = isTight
        admit()
    }

    private func end(_ bytes: Int) {
        if let place = used.firstIndex(of: bytes) { used.remove(at: place) }
        admit()
    }

    private func admit() {
        while let next = waiting.first, hasRoom(for: next.bytes) {
            waiting.removeFirst()
            used.append(next.bytes)
            next.go.resume()
        }
    }

    private func hasRoom(for bytes: Int) -> Bool {
        used.isEmpty || (!isTight && used.reduce(bytes, +) <= most)
    }
}

#if canImport(Darwin)
    /// Has a budget follow what the system says of its memory, for as long as this object lives.
    final class MemoryPressure: Sendable {
        // made and cancelled here, and safe to use from any thread
        private nonisolated(unsafe) let source: any DispatchSourceMemoryPressure

        init(_ budget: DecodingBudget) {
            nonisolated(unsafe) let source = DispatchSource.makeMemoryPressureSource(
                eventMask: [.normal, .warning, .critical])
            source.setEventHandler {
                let isTight = source.data != .normal
                Task { await budget.set(isTight: isTight) }
            }
            source.activate()
            self.source = source
        }

        deinit {
            source.cancel()
        }
    }
#endif
