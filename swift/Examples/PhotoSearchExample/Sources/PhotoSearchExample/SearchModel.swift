import Foundation
import PhotoSearch
import PhotoSearchPhotos

/// What the screen shows, and what typing does. It knows no SwiftUI, so it builds everywhere.
@MainActor
final class SearchModel {
    /// Answers a request; see `Engine`.
    typealias Search = @Sendable (Engine.Request) async throws -> [Engine.Found]

    private(set) var found: [Engine.Found] = []
    private(set) var progress: IndexingProgress?
    private(set) var access: LibraryAccess?
    private(set) var problem: String?

    /// What is typed and ticked. Each change ends the search before it.
    var request = Engine.Request() {
        willSet { announce() }
        didSet { if request != oldValue { search() } }
    }

    private let find: Search
    private var running: Task<Void, Never>?

    init(find: @escaping Search) {
        self.find = find
    }

    func show(_ event: Engine.Event) {
        switch event {
        case .access(let access): change { $0.access = access }
        case .progress(let progress):
            change { $0.progress = progress }
            if progress.isLast { search() }  // there may be new photos to find
        }
    }

    private func search() {
        running?.cancel()
        let request = request
        guard !request.text.allSatisfy(\.isWhitespace) else {
            return change { $0.found = [] }
        }
        running = Task {
            do {
                let found = try await find(request)
                guard !Task.isCancelled else { return }
                change {
                    $0.found = found
                    $0.problem = nil
                }
            } catch {
                guard !Task.isCancelled else { return }
                change { $0.problem = "\(error)" }
            }
        }
    }

    private func change(_ body: (SearchModel) -> Void) {
        announce()
        body(self)
    }

    private func announce() {
        #if canImport(Combine)
            objectWillChange.send()
        #endif
    }
}

#if canImport(Combine)
    import Combine

    extension SearchModel: ObservableObject {}
#endif
