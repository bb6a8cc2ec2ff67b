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
