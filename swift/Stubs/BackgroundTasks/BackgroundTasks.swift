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

open class BGTaskScheduler {
    open class var shared: BGTaskScheduler { stub() }
    open func register(
        forTaskWithIdentifier identifier: String, using queue: DispatchQueue?,
        launchHandler: @escaping (BGTask) -> Void
    ) -> Bool { stub() }
    open func submit(_ taskRequest: BGTaskRequest) throws { stub() }
    open func cancel(taskRequestWithIdentifier identifier: String) { stub() }
}

#if PHOTOSEARCH_STUBS_SENDABLE
    extension BGTaskScheduler: @unchecked Sendable {}
#endif
