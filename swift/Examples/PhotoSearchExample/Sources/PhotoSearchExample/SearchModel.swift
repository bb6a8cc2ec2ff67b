import Foundation
import PhotoSearch
import PhotoSearchPhotos

/// What the screen shows, and what typing does. It knows no SwiftUI, so it builds everywhere.
@MainActor
final class SearchModel {
    /// Answers a query; see `Engine`.
    typealias Search = @Sendable (String) async throws -> [Hit]

    private(set) var hits: [Hit] = []
    private(set) var progress: IndexingProgress?
    private(set) var problem: String?

    /// What is typed. Each change ends the search before it.
    var text = "" {
        didSet { if text != oldValue { search() } }
    }

    private let find: Search
    private var running: Task<Void, Never>?

    init(find: @escaping Search) {
        self.find = find
    }

    func show(_ progress: IndexingProgress) {
        change { $0.progress = progress }
    }

    private func search() {
        running?.cancel()
        let text = text
        guard !text.allSatisfy(\.isWhitespace) else {
            return change { $0.hits = [] }
        }
        running = Task {
            do {
                let hits = try await find(text)
                guard !Task.isCancelled else { return }
                change {
                    $0.hits = hits
                    $0.problem = nil
                }
            } catch {
                guard !Task.isCancelled else { return }
                change { $0.problem = "\(error)" }
            }
        }
    }

    private func change(_ body: (SearchModel) -> Void) {
        #if canImport(Combine)
            objectWillChange.send()
        #endif
        body(self)
    }
}

#if canImport(Combine)
    import Combine

    extension SearchModel: ObservableObject {}
#endif

extension IndexingProgress {
    /// One line for a person.
    var line: String {
        let count = "\(done) of \(total)"
        return switch phase {
        case .looking: "Looking for new photos…"
        case .indexing: remaining.map { "\(count), \($0.components.seconds) s left" } ?? count
        case .waiting(let obstacle): "\(count), waiting: \(obstacle.rawValue)"
        case .finished: "\(indexed) new, \(pending) not on this device, \(failed) unreadable"
        case .stopped: "Stopped at \(count)"
        case .failed(let error): error.message
        }
    }
}
