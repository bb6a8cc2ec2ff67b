import Foundation
import PhotoSearch

/// A store that is gone with the process, for tests and previews.
public actor InMemoryPhotoStore: PhotoStore {
    /// What is stored of one photo.
    public struct Row: Sendable, Equatable {
        public let photo: IndexedPhoto
        /// nil unless it is indexed.
        public let contentHash: String?
        /// nil unless it is indexed.
        public let vector: [Float]?
    }

    /// The text in photos, by identifier; that of photos in which nobody has looked is missing.
    public private(set) var texts: [String: String] = [:]
    /// By identifier.
    public private(set) var rows: [String: Row] = [:]
    private var currentSpace: String?
    private var currentToken: Data?
    private var lastID: Int64 = 0

    public init() {}

    public func space() -> String? { currentSpace }

    public func photos(_ which: PhotoRows) -> [IndexedPhoto] {
        let all = rows.values.map(\.photo).sorted { $0.id < $1.id }
        switch which {
        case .all: return all
        case .named(let sources): return sources.compactMap { rows[$0.description]?.photo }
        case .unsearchable: return all.filter { $0.status != .indexed }
        case .indexedInPart: return all.filter { $0.status == .indexed && !$0.isOriginal }
        case .withoutText:
            return all.filter { $0.status == .indexed && texts[$0.localIdentifier] == nil }
        }
    }

    public func holds(contentHash: String) -> Bool { vector(of: contentHash) != nil }

    public func apply(_ changes: [IndexChange], space: String) throws {
        if let currentSpace, currentSpace != space {
            throw PhotoSearchError(
                .wrongSpace, "space: got \(space.prefix(12)), expected \(currentSpace.prefix(12))")
        }
        let (before, last, said) = (rows, lastID, texts)
        do {
            for change in changes { try apply(change) }
        } catch {
            (rows, lastID, texts) = (before, last, said)
            throw error
        }
        currentSpace = space
    }

    public func publish() {}

    public func token() -> Data? { currentToken }

    public func keep(token: Data?) { currentToken = token }

    private func apply(_ change: IndexChange) throws {
        switch change {
        case .index(let photo, let contentHash, let vector, let info, _):
            guard let vector = vector ?? self.vector(of: contentHash) else {
                throw PhotoSearchError(
                    .usage, "content \(contentHash.prefix(12))…: got no vector, and none is stored")
            }
            let known = rows.values.first { $0.contentHash == contentHash }?.photo.info
            keep(photo, .indexed, info: info?.withStates(of: known), contentHash, vector)
        case .refine(let photo, let contentHash, let info):
            guard let row = indexed(photo.source),
                row.photo.found.modifiedNS == photo.modifiedNS
            else { return }
            let info = info?.withStates(of: row.photo.info)
            keep(photo, .indexed, info: info, contentHash, row.vector)
        case .describe(let source, let isFavourite, let media, let occasion, _):
            guard let row = indexed(source), let info = row.photo.info else { return }
            let described = info.described(
                isFavourite: isFavourite, media: media, occasion: occasion)
            keep(row.photo.found, .indexed, info: described, row.contentHash, row.vector)
        case .pending(let photo, let reason):
            if indexed(photo.source) == nil { keep(photo, .pending, reason: reason) }
        case .failed(let photo, let reason): keep(photo, .failed, reason: reason)
        case .remove(let source):
            rows[source.description] = nil
            texts[source.description] = nil
        case .recognise(let source, let text):
            if indexed(source) != nil { texts[source.description] = text }
        }
    }

    private func indexed(_ source: PhotoSource) -> Row? {
        rows[source.description].flatMap { $0.photo.status == .indexed ? $0 : nil }
    }

    private func vector(of contentHash: String) -> [Float]? {
        rows.values.first { $0.contentHash == contentHash }?.vector
    }

    /// As in an index, another content of an indexed photo is another id.
    private func keep(
        _ found: FoundPhoto, _ status: IndexedPhoto.Status, reason: String? = nil,
        info: PhotoInfo? = nil, _ contentHash: String? = nil, _ vector: [Float]? = nil
    ) {
        let before = rows[found.source.description]
        let isOther = before?.photo.status == .indexed && before?.vector != vector
        if before == nil || isOther { lastID += 1 }
        if isOther || status != .indexed { texts[found.source.description] = nil }
        let photo = IndexedPhoto(
            id: isOther ? lastID : before?.photo.id ?? lastID, found: found, status: status,
            reason: reason, info: info)
        rows[photo.localIdentifier] = Row(photo: photo, contentHash: contentHash, vector: vector)
    }
}

extension PhotoInfo {
    /// What pixels say that were not looked at again.
    fileprivate func withStates(of known: PhotoInfo?) -> PhotoInfo {
        adding(known?.media.intersection(.states) ?? [])
    }
}
