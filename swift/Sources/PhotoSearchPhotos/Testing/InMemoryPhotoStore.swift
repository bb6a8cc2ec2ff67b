import Foundation
import PhotoSearch

/// A store that is gone with the process, for tests and previews.
public actor InMemoryPhotoStore: PhotoStore {
    /// What is stored of one photo.
    public struct Row: Sendable, Equatable {
        public let photo: LibraryPhoto
        public let status: IndexedPhoto.Status
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

    public func known(_ which: PhotoRows) -> [String: KnownPhoto] {
        let known = rows.mapValues(KnownPhoto.init)
        switch which {
        case .all: return known
        case .named(let sources):
            let names = Set(sources.map(\.description))
            return known.filter { names.contains($0.key) }
        case .unsearchable: return known.filter { $0.value.status != .indexed }
        case .indexedInPart:
            return known.filter { $0.value.status == .indexed && !$0.value.isOriginal }
        }
    }

    public func holds(contentHash: String) -> Bool { vector(of: contentHash) != nil }

    public func apply(_ changes: [PhotoChange], space: String) throws {
        if let currentSpace, currentSpace != space {
            throw PhotoSearchError(
                .wrongSpace, "space: got \(space.prefix(12)), expected \(currentSpace.prefix(12))")
        }
        currentSpace = space
        for change in changes {
            switch change {
            case .index(let photo, let embedding): try index(photo, embedding)
            case .refine(let photo, let embedding): refine(photo, embedding)
            case .describe(let photo): describe(photo)
            case .pending(let photo, _) where rows[photo.identifier]?.status == .indexed:
                describe(photo)
            case .pending(let photo, let reason): keep(photo, .pending, reason: reason)
            case .failed(let photo, let reason): keep(photo, .failed, reason: reason)
            case .remove(let identifier): rows[identifier] = nil
            }
        }
    }

    public func publish() {}

    public func token() -> Data? { currentToken }

    public func keep(token: Data?) { currentToken = token }

    private func vector(of contentHash: String) -> [Float]? {
        rows.values.first { $0.embedding?.contentHash == contentHash }?.embedding?.vector
    }

    private func index(_ photo: LibraryPhoto, _ new: PhotoEmbedding) throws {
        guard let vector = new.vector ?? vector(of: new.contentHash) else {
            throw PhotoSearchError(
                .usage, "content \(new.contentHash.prefix(12))…: got no vector, and none is stored")
        }
        keep(photo, .indexed, embedding: new.with(vector))
    }

    private func refine(_ photo: LibraryPhoto, _ new: PhotoEmbedding) {
        guard let row = rows[photo.identifier], row.photo.modifiedAt == photo.modifiedAt,
            let vector = row.embedding?.vector
        else { return }
        keep(photo, .indexed, embedding: new.with(vector))
    }

    /// As an index does: when it was last changed stays that of the content.
    private func describe(_ new: LibraryPhoto) {
        guard let row = rows[new.identifier], row.status == .indexed else { return }
        let old = row.photo
        let photo = LibraryPhoto(
            identifier: old.identifier, modifiedAt: old.modifiedAt, width: old.width,
            height: old.height, takenAt: old.takenAt, latitude: old.latitude,
            longitude: old.longitude, isFavourite: new.isFavourite, media: new.media)
        keep(photo, .indexed, embedding: row.embedding)
    }

    private func keep(
        _ photo: LibraryPhoto, _ status: IndexedPhoto.Status, embedding: PhotoEmbedding? = nil,
        reason: String? = nil
    ) {
        rows[photo.identifier] = Row(
            photo: photo, status: status, embedding: embedding, reason: reason)
    }
}

extension KnownPhoto {
    fileprivate init(_ row: InMemoryPhotoStore.Row) {
        self.init(
            status: row.status, modifiedAt: row.photo.modifiedAt,
            isOriginal: (row.embedding?.sizeBytes ?? 0) > 0, reason: row.reason,
            isFavourite: row.photo.isFavourite, media: row.photo.media)
    }
}
