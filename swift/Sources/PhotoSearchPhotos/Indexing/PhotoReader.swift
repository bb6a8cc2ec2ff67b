import Foundation
import PhotoSearch

/// Opens photos, a few at a time, and makes them ready for the model.
struct PhotoReader: Sendable {
    let library: any PhotoLibrary
    let decoder: any PictureDecoder
    let image: ImageSpec
    /// Whether a content, by its hash, has a vector already; then it is not decoded.
    let isEmbedded: @Sendable (String) async throws -> Bool
    let isDownloadAllowed: Bool
    /// Photos that are open at the same time, 1 at least.
    let limit: Int

    /// What became of one photo.
    enum Outcome: Sendable {
        case ready(RGBImage, contentHash: String, sizeBytes: Int)
        case embedded(contentHash: String, sizeBytes: Int)
        case pending
        case failed(String)
        case gone
    }

    /// One outcome a photo, in the order of the photos.
    ///
    /// - Throws: `CancellationError`, and what `isEmbedded` throws.
    func read(_ photos: [LibraryPhoto]) async throws -> [Outcome] {
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            var outcomes = [Outcome](repeating: .pending, count: photos.count)
            for (place, photo) in photos.enumerated() {
                if place >= max(limit, 1), let (done, outcome) = try await group.next() {
                    outcomes[done] = outcome
                }
                group.addTask { (place, try await read(photo)) }
            }
            for try await (done, outcome) in group { outcomes[done] = outcome }
            return outcomes
        }
    }

    private func read(_ photo: LibraryPhoto) async throws -> Outcome {
        try Task.checkCancellation()
        let content = await library.content(
            of: photo.identifier, isDownloadAllowed: isDownloadAllowed)
        try Task.checkCancellation()
        switch content {
        case .file(let file):
            let contentHash = ContentHash.of(file)
            if try await isEmbedded(contentHash) {
                return .embedded(contentHash: contentHash, sizeBytes: file.count)
            }
            return prepared(file, contentHash)
        case .notOnDevice: return .pending
        case .gone: return .gone
        case .unreadable(let reason): return .failed(reason)
        }
    }

    private func prepared(_ file: Data, _ contentHash: String) -> Outcome {
        do throws(PhotoSearchError) {
            let picture = try decoder.decode(file, atLeast: image.size).prepared(for: image)
            return .ready(picture, contentHash: contentHash, sizeBytes: file.count)
        } catch {
            return .failed(error.message)
        }
    }
}
