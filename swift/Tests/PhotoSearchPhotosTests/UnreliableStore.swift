import Foundation
import PhotoSearch

@testable import PhotoSearchPhotos

/// A store in memory that fails when a test says so.
actor UnreliableStore: PhotoStore {
    /// What to throw, if anything, by how many requests and, for a batch, how many batches were before.
    typealias Trouble = @Sendable (_ request: Int, _ batch: Int?) -> PhotoSearchError?

    private let store: InMemoryPhotoStore
    private let trouble: Trouble
    private var requests = 0
    private var batches = 0

    init(_ store: InMemoryPhotoStore, _ trouble: @escaping Trouble) {
        self.store = store
        self.trouble = trouble
    }

    private func check(batch: Int? = nil) throws {
        defer { requests += 1 }
        if let error = trouble(requests, batch) { throw error }
    }

    func space() async throws -> String? {
        try check()
        return await store.space()
    }

    func photos(_ which: PhotoRows) async throws -> [IndexedPhoto] {
        try check()
        return await store.photos(which)
    }

    func holds(contentHash: String) async throws -> Bool {
        try check()
        return await store.holds(contentHash: contentHash)
    }

    func apply(_ changes: [IndexChange], space: String) async throws {
        defer { batches += 1 }
        try check(batch: batches)
        try await store.apply(changes, space: space)
    }

    func publish() throws { try check() }

    func token() async throws -> Data? {
        try check()
        return await store.token()
    }

    func keep(token: Data?) async throws {
        try check()
        await store.keep(token: token)
    }
}
