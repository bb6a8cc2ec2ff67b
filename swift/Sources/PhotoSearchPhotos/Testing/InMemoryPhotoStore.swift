import Foundation
import PhotoSearch

/// A store that is gone with the process, for tests and previews.
public actor InMemoryPhotoStore: PhotoStore {
    /// What is stored of one photo.
    public struct Row: Sendable, Equatable {
        public let photo: LibraryPhoto
        public let status: KnownPhoto.Status
        /// nil unless it is indexed.
        public let embedding: PhotoEmbedding?
        /// nil if it is indexed.
        public let reason: String?
    }

    /// By identifier.
    public private(set) var rows: [String: Row] = [:]
    private var currentSpace: String?
    private var currentToken: Data?

    public init() {}

    public func space() -> String? { currentSpace }

    public func known() -> [String: KnownPhoto] {
        rows.mapValues { KnownPhoto(status: $0.status, modifiedAt: $0.photo.modifiedAt) }
    }

    public func apply(_ changes: [PhotoChange], space: String) throws {
        if let currentSpace, currentSpace != space {
            throw PhotoSearchError(
                .wrongSpace, "space: got \(space.prefix(12)), expected \(currentSpace.prefix(12))")
        }
        currentSpace = space
        for change in changes {
            switch change {
            case .index(let photo, let embedding): keep(photo, .indexed, embedding: embedding)
            case .pending(let photo, let reason): keep(photo, .pending, reason: reason)
            case .failed(let photo, let reason): keep(photo, .failed, reason: reason)
            case .remove(let identifier): rows[identifier] = nil
            }
        }
    }

    public func token() -> Data? { currentToken }

    public func keep(token: Data?) { currentToken = token }

    private func keep(
        _ photo: LibraryPhoto, _ status: KnownPhoto.Status, embedding: PhotoEmbedding? = nil,
        reason: String? = nil
    ) {
        rows[photo.identifier] = Row(
            photo: photo, status: status, embedding: embedding, reason: reason)
    }
}
