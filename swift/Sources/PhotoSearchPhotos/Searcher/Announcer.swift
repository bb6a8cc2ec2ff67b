// Who looks at a searcher is told when it changes: by Observation, and by Combine where that is.

import Observation

#if canImport(Combine)
    import Combine

    extension PhotoSearcher: ObservableObject {}
#endif

@available(iOS 17, macOS 14, tvOS 17, watchOS 10, *)
extension PhotoSearcher: Observable {}

@MainActor
struct Announcer {
    /// An `ObservationRegistrar`, where there is one.
    private let registrar: (any Sendable)?

    init() {
        if #available(iOS 17, macOS 14, tvOS 17, watchOS 10, *) {
            registrar = ObservationRegistrar()
        } else {
            registrar = nil
        }
    }

    func access(_ searcher: PhotoSearcher) {
        if #available(iOS 17, macOS 14, tvOS 17, watchOS 10, *) {
            (registrar as? ObservationRegistrar)?.access(searcher, keyPath: \.shown)
        }
    }

    func change(_ searcher: PhotoSearcher, _ body: () -> Void) {
        #if canImport(Combine)
            searcher.objectWillChange.send()
        #endif
        guard #available(iOS 17, macOS 14, tvOS 17, watchOS 10, *),
            let registrar = registrar as? ObservationRegistrar
        else { return body() }
        registrar.withMutation(of: searcher, keyPath: \.shown, body)
    }
}
