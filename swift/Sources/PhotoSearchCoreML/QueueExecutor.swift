import Dispatch

/// Runs an actor's code on a queue of its own, so that a long inference holds up no other task.
///
/// Swift's own threads are as few as the cores; a prediction that blocked one of them for seconds,
/// as loading a model can, would hold up the whole app.
final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    func enqueue(_ job: UnownedJob) {
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }
}
