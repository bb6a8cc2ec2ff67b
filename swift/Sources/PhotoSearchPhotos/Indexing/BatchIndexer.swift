import Foundation
import PhotoSearch

/// One batch of photos to what a store is told about them.
struct BatchIndexer: Sendable {
    let encoder: any ImageEncoder
    /// Where photos count as taken whose file does not say.
    let zone: TimeZone

    /// The changes of each photo, in the order of the photos; none for one that the library no longer has.
    ///
    /// - Parameter outcomes: One a photo: what reading it gave.
    /// - Throws: `CancellationError`; what the encoder throws if it fails for every one of several
    ///   photos, which is then no fault of theirs.
    func index(
        _ photos: [LibraryPhoto], _ outcomes: [PhotoReader.Outcome]
    ) async throws -> [[IndexChange]] {
        var vectors = try await encode(outcomes.compactMap(\.picture))[...]
        return zip(photos, outcomes).map { photo, outcome in
            switch outcome {
            case .pending(let reason):
                return [.pending(photo, reason: reason), .describe(photo, zone: zone)]
            case .failed(let reason): return [.failed(photo, reason: reason)]
            case .gone: return []
            case .embedded(let content): return [.index(photo, content, zone: zone)]
            case .ready(_, var content):
                switch vectors.removeFirst() {
                case .vector(let vector):
                    content.vector = vector
                    return [.index(photo, content, zone: zone)]
                case .noDirection(let reason): return [.failed(photo, reason: reason)]
                case .unpredicted(let reason):
                    return [.pending(photo, reason: reason), .describe(photo, zone: zone)]
                }
            }
        }
    }

    fileprivate enum Encoded {
        case vector([Float])
        /// Of the picture: it fails again.
        case noDirection(String)
        /// Of the moment: memory, or another app at the Neural Engine.
        case unpredicted(String)
    }

    /// Together; if that fails, one by one, so that one photo does not spoil the others.
    private func encode(_ pictures: [RGBImage]) async throws -> [Encoded] {
        guard !pictures.isEmpty else { return [] }
        do {
            let vectors = try await Trace.interval("embed photos") {
                try await encoder.encode(pictures)
            }
            guard vectors.count == pictures.count else {
                throw PhotoSearchError(
                    .model, "got \(vectors.count) vectors, expected \(pictures.count)")
            }
            return vectors.map(checked)
        } catch let error as PhotoSearchError {
            var results: [Encoded] = []
            for picture in pictures { results.append(try await encodeOne(picture)) }
            if pictures.count > 1, results.allSatisfy(\.isUnpredicted) { throw error }
            return results
        }
    }

    private func encodeOne(_ picture: RGBImage) async throws -> Encoded {
        do {
            guard let vector = try await encoder.encode([picture]).first else {
                return .unpredicted("got no vector, expected one")
            }
            return checked(vector)
        } catch let error as PhotoSearchError {
            return .unpredicted(error.message)
        }
    }

    /// A vector of zeros would be as near to one query as to any other: it is never stored.
    private func checked(_ vector: [Float]) -> Encoded {
        let isDirection = vector.allSatisfy(\.isFinite) && vector.contains { $0 != 0 }
        guard isDirection, vector.count == encoder.dim else {
            return .noDirection(
                "embedding: got \(vector.count) values, expected a direction of \(encoder.dim)")
        }
        return .vector(vector)
    }
}

extension PhotoReader.Outcome {
    fileprivate var picture: RGBImage? {
        if case .ready(let picture, _) = self { picture } else { nil }
    }
}

extension BatchIndexer.Encoded {
    fileprivate var isUnpredicted: Bool {
        if case .unpredicted = self { true } else { false }
    }
}
