// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import Foundation

func stub() -> Never { fatalError("a stub of BackgroundTasks") }

open class BGTaskRequest {
    init() { stub() }
    open var identifier: String { stub() }
    open var earliestBeginDate: Date?
}

open class BGProcessingTaskRequest: BGTaskRequest {
    public init(identifier: String) { stub() }
    open var requiresNetworkConnectivity = false
    open var requiresExternalPower = false
}

open class BGTask {
    init() { stub() }
    open var identifier: String { stub() }
    open var expirationHandler: (() -> Void)?
    open func setTaskCompleted(success: Bool) { stub() }
}

open class BGProcessingTask: BGTask {}

open class BGContinuedProcessingTaskRequest: BGTaskRequest {
    public init(identifier: String, title: String, subtitle: String) { stub() }
    open var title: String { stub() }
    open var subtitle: String { stub() }
}

open class BGContinuedProcessingTask: BGTask {
    open var progress: Progress { stub() }
    open func updateTitle(_ title: String, subtitle: String) { stub() }
}

open class BGTaskScheduler {
    open class var shared: BGTaskScheduler { stub() }
    open func register(
        forTaskWithIdentifier identifier: String, using queue: DispatchQueue?,
        launchHandler: @escaping (BGTask) -> Void
    ) -> Bool { stub() }
    open func submit(_ taskRequest: BGTaskRequest) throws { stub() }
    open func cancel(taskRequestWithIdentifier identifier: String) { stub() }

    public struct Error: Swift.Error {
        public enum Code: Int, Sendable {
            case unavailable = 1
            case tooManyPendingTaskRequests, notPermitted, immediateRunIneligible
        }

        public var code: Code { stub() }
    }
}

#if PHOTOSEARCH_STUBS_SENDABLE
    extension BGTaskScheduler: @unchecked Sendable {}
#endif
