import Foundation
import PhotoSearch

/// A person's photos, indexed and searched: all that one screen needs.
///
/// ```swift
/// struct ContentView: View {
///     @StateObject private var searcher = PhotoSearcher { try BuiltinModel.bundle() }
///
///     var body: some View {
///         NavigationStack {
///             List(searcher.results) { Text($0.best.localIdentifier) }
///                 .searchable(text: $searcher.text)
///         }
///         .task { await searcher.run() }
///     }
/// }
/// ```
///
/// It is `Observable` from iOS 17 and macOS 14 on, and an `ObservableObject` before. What it is made of
/// stays within reach: see `parts()`.
@MainActor
public final class PhotoSearcher {
    /// What a searcher is made of.
    public struct Parts: Sendable {
        public let store: IndexStore
        public let indexer: LibraryIndexer
        let session: SearchSession

        public init(store: IndexStore, indexer: LibraryIndexer) {
            self.store = store
            self.indexer = indexer
            session = SearchSession(store.index)
        }
    }

    /// All that a screen shows.
    struct Shown: Equatable {
        var search = SearchText()
        var filter = Filter()
        var collapse: Collapse? = .nearDuplicates
        var results: [HitGroup] = []
        var reading: QueryReading?
        var isSearching = false
        var error: PhotoSearchError?
        var access: LibraryAccess?
        var progress: IndexingProgress?
    }

    /// Before the index is opened again, as on a disk that was full.
    private static let patience = Duration.seconds(15)

    private(set) var shown = Shown()
    private let library: any PhotoLibrary
    private let limit: Int
    private let opening: Opening
    private let announcer = Announcer()
    private var searching: Task<Void, Never>?

    /// - Parameters:
    ///   - library: `PhotoKitLibrary`, or a fake.
    ///   - limit: How many results, at most.
    ///   - open: Called once, off the main thread, when the first search or `run` needs it; once more
    ///     after it has thrown.
    public init(
        library: any PhotoLibrary, limit: Int = 60,
        opening open: @escaping @Sendable () throws -> Parts
    ) {
        self.library = library
        self.limit = limit
        opening = Opening(open)
    }

    /// What is searched for. Each change ends the search before.
    public var text: String {
        get { read(\.search.text) }
        set { ask { $0.search.text = newValue } }
    }

    /// Parts of the query that stand before `text`, each as it was typed: the tokens of a search field.
    ///
    /// ```swift
    /// .searchable(text: $searcher.text, tokens: $searcher.tokens) { Text($0.text) }
    /// .onSubmit(of: .search) { searcher.takeTokens() }
    /// ```
    public var tokens: [QueryToken] {
        get { read(\.search.tokens) }
        set { ask { $0.search.tokens = newValue } }
    }

    /// Moves what `text` was read as, dates and places and the like, to `tokens`.
    public func takeTokens() {
        guard let reading else { return }
        ask { $0.search.takeTokens(reading) }
    }

    /// What the query of the results was read as; see `QueryReading.reasons(for:)`. nil before a search.
    public var reading: QueryReading? { read(\.reading) }

    /// Which photos are searched.
    public var filter: Filter {
        get { read(\.filter) }
        set { ask { $0.filter = newValue } }
    }

    /// Which photos are shown as one; nil for none.
    public var collapse: Collapse? {
        get { read(\.collapse) }
        set { ask { $0.collapse = newValue } }
    }

    /// Best first; groups of one without `collapse`. Those of the last search until another has found its
    /// own.
    public var results: [HitGroup] { read(\.results) }

    public var isSearching: Bool { read(\.isSearching) }

    /// Of the last search, to be shown by its `localizedDescription`; indexing tells its own by
    /// `progress`.
    public var error: PhotoSearchError? { read(\.error) }

    /// What the person lets the app see; nil before they were asked.
    public var access: LibraryAccess? { read(\.access) }

    /// Of the pass that runs or ran last; nil before the first.
    public var progress: IndexingProgress? { read(\.progress) }

    /// Asks for access, indexes, and keeps in step with the library until it is cancelled.
    public func run() async {
        let access = await library.requestAccess()
        change { $0.access = access }
        guard access.canRead else { return }
        while !Task.isCancelled {
            do {
                let indexer = try await opening.parts().indexer
                return await indexer.watch { await self.show($0) }
            } catch {
                let failure = IndexingProgress.failure(error)
                show(failure)
                guard failure.phase.mayPass else { return }
                try? await Task.sleep(for: Self.patience)
            }
        }
    }

    /// Another look at the photos that failed or are not on the device.
    public func retry() async {
        await follow { await $0.retry() }
    }

    /// Forgets photos that the library no longer has, however many: see `IndexingProgress.heldBack`.
    public func forgetMissing() async {
        await follow { await $0.forgetMissing() }
    }

    /// The photos that look most like one of the results, which is left out.
    ///
    /// - Throws: As `PhotoIndex.similar(to:limit:filter:)`.
    public func similar(to hit: Hit) async throws -> [Hit] {
        try await opening.parts().store.index.similar(to: hit.id, limit: limit, filter: filter)
    }

    /// The index, and what fills it.
    ///
    /// - Throws: What opening them throws.
    public func parts() async throws -> Parts {
        try await opening.parts()
    }

    private func follow(
        _ pass: (LibraryIndexer) async -> AsyncStream<IndexingProgress>
    ) async {
        do {
            for await progress in await pass(try await opening.parts().indexer) { show(progress) }
        } catch {
            show(.failure(error))
        }
    }

    private func show(_ progress: IndexingProgress) {
        change { $0.progress = progress }
        if progress.isLast, progress.indexed + progress.removed + progress.textRead > 0 { search() }
    }

    private func ask(_ set: (inout Shown) -> Void) {
        let before = shown
        change(set)
        if shown != before { search() }
    }

    private func search() {
        searching?.cancel()
        guard !shown.search.query.allSatisfy(\.isWhitespace) else {
            return change {
                ($0.results, $0.reading, $0.error) = ([], nil, nil)
                $0.isSearching = false
            }
        }
        change { $0.isSearching = true }
        searching = Task { await self.find() }
    }

    private func find() async {
        do {
            let session = try await opening.parts().session
            let found = try await session.answer(
                shown.search.query, limit: limit, filter: filter, collapsing: collapse)
            try Task.checkCancellation()
            change { ($0.results, $0.reading, $0.error) = (found.groups, found.reading, nil) }
        } catch {
            if Task.isCancelled || error is CancellationError { return }
            let known = error as? PhotoSearchError ?? PhotoSearchError(.model, "\(error)")
            change { ($0.results, $0.reading, $0.error) = ([], nil, known) }
        }
        change { $0.isSearching = false }
    }

    private func read<Value>(_ value: KeyPath<Shown, Value>) -> Value {
        announcer.access(self)
        return shown[keyPath: value]
    }

    private func change(_ body: (inout Shown) -> Void) {
        announcer.change(self) { body(&shown) }
    }
}

/// Opens the parts once, off the main thread.
private actor Opening {
    private let open: @Sendable () throws -> PhotoSearcher.Parts
    private var opened: PhotoSearcher.Parts?

    init(_ open: @escaping @Sendable () throws -> PhotoSearcher.Parts) {
        self.open = open
    }

    func parts() throws -> PhotoSearcher.Parts {
        if let opened { return opened }
        let parts = try open()
        opened = parts
        return parts
    }
}
