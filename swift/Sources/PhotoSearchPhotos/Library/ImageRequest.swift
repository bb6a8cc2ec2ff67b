import Foundation

/// A question to a library that answers by a call, on any thread, at any time or never.
///
/// The first answer counts: the library's, or that the task was cancelled, which is not waited for.
final class ImageRequest<Content: Sendable>: Sendable {
    private typealias Waiting = CheckedContinuation<LibraryAnswer<Content>, Never>

    private struct State {
        var waiting: Waiting?
        var answer: LibraryAnswer<Content>?
        var cancel: (@Sendable () -> Void)?
    }

    private let lock = NSLock()
    private nonisolated(unsafe) var state = State()  // guarded by the lock

    /// - Parameter start: Asks, and returns how to take the question back.
    static func answer(
        _ start: (ImageRequest) -> @Sendable () -> Void
    ) async -> LibraryAnswer<Content> {
        let request = ImageRequest()
        return await withTaskCancellationHandler {
            request.mayBeCancelled(start(request))
            return await withCheckedContinuation { request.wait($0) }
        } onCancel: {
            request.cancel()
        }
    }

    /// The library's answer; all but the first are ignored.
    func finish(_ answer: LibraryAnswer<Content>) {
        let waiting = lock.withLock { () -> Waiting? in
            if state.answer != nil { return nil }
            state.answer = answer
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: answer)
    }

    private func wait(_ continuation: Waiting) {
        let answer = lock.withLock {
            if state.answer == nil { state.waiting = continuation }
            return state.answer
        }
        if let answer { continuation.resume(returning: answer) }
    }

    private func mayBeCancelled(_ cancel: @escaping @Sendable () -> Void) {
        let isLate = lock.withLock {
            state.cancel = cancel
            return state.answer != nil
        }
        if isLate, Task.isCancelled { cancel() }
    }

    private func cancel() {
        finish(.unavailable("cancelled"))
        lock.withLock { state.cancel }?()
    }
}
