import Foundation
import PhotoSearch

/// One batch of photos to what a store is told about them.
struct BatchIndexer: Sendable {
    static let notOnDevice = "not on this device"

    let encoder: any ImageEncoder

    /// One change a photo, in the order of the photos.
    ///
    /// - Parameter outcomes: One a photo: what reading it gave.
    /// - Throws: `CancellationError`; what the encoder throws if it fails for every one of several
    ///   photos, which is then no fault of theirs.
    func index(
        _ photos: [LibraryPhoto], _ outcomes: [PhotoReader.Outcome]
    ) async throws -> [PhotoChange] {
        var vectors = try await encode(outcomes.compactMap(\.picture))[...]
        return zip(photos, outcomes).map { photo, outcome in
            switch outcome {
            case .pending: return .pending(photo, reason: Self.notOnDevice)
            case .failed(let reason): return .failed(photo, reason: reason)
            case .gone: return .remove(photo.identifier)
            case .embedded(let contentHash, let sizeBytes):
                let embedding = PhotoEmbedding(
                    vector: nil, contentHash: contentHash, sizeBytes: sizeBytes)
                return .index(photo, embedding)
            case .ready(_, let contentHash, let sizeBytes):
                switch vectors.removeFirst() {
                case .success(let vector):
                    let embedding = PhotoEmbedding(
                        vector: vector, contentHash: contentHash, sizeBytes: sizeBytes)
                    return .index(photo, embedding)
                case .failure(let error): return .failed(photo, reason: error.message)
                }
            }
        }
    }

    /// Together; if that fails, one by one, so that one photo does not spoil the others.
    private func encode(
        _ pictures: [RGBImage]
    ) async throws -> [Result<[Float], PhotoSearchError>] {
        guard !pictures.isEmpty else { return [] }
        do {
            let vectors = try await encoder.encode(pictures)
            guard vectors.count == pictures.count else {
                throw PhotoSearchError(
                    .model, "got \(vectors.count) vectors, expected \(pictures.count)")
            }
            return vectors.map(checked)
        } catch let error as PhotoSearchError {
            var results: [Result<[Float], PhotoSearchError>] = []
            for picture in pictures { results.append(try await encodeOne(picture)) }
            if pictures.count > 1, !results.contains(where: \.isSuccess) { throw error }
            return results
        }
    }

    private func encodeOne(
        _ picture: RGBImage
    ) async throws -> Result<[Float], PhotoSearchError> {
        do {
            guard let vector = try await encoder.encode([picture]).first else {
                return .failure(PhotoSearchError(.model, "got no vector, expected one"))
            }
            return checked(vector)
        } catch let error as PhotoSearchError {
            return .failure(error)
        }
    }

    /// A vector of zeros would be as near to one query as to any other: it is never stored.
    private func checked(_ vector: [Float]) -> Result<[Float], PhotoSearchError> {
        let isDirection = vector.allSatisfy(\.isFinite) && vector.contains { $0 != 0 }
        guard isDirection, vector.count == encoder.dim else {
            return .failure(
                PhotoSearchError(
                    .model,
                    "embedding: got \(vector.count) values, expected a direction of \(encoder.dim)")
            )
        }
        return .success(vector)
    }
}

extension PhotoReader.Outcome {
    fileprivate var picture: RGBImage? {
        if case .ready(let picture, _, _) = self { picture } else { nil }
    }
}

extension Result {
    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}

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
