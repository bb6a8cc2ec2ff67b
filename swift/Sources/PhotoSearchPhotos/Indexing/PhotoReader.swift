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
    let budget: DecodingBudget
    private static let pixelBytes = 4  // of a decoded photo

    /// What became of one photo.
    enum Outcome: Sendable {
        /// A picture for the model, and all that is kept of the photo but its vector.
        case ready(RGBImage, PhotoContent)
        /// Its vector is there already.
        case embedded(PhotoContent)
        case pending(String)
        case failed(String)
        case gone
    }

    static let notOnDevice = "not on this device"

    /// One outcome a photo, in the order of the photos.
    ///
    /// - Throws: `CancellationError`, and what `isEmbedded` throws.
    func read(_ photos: [PlannedPhoto]) async throws -> [Outcome] {
        try await inOrder(photos, atOnce: limit) { try await read($0) }
    }

    /// The originals that are on the device, of photos that are indexed by smaller pictures of them.
    ///
    /// - Throws: `CancellationError`.
    func originals(of photos: [LibraryPhoto]) async throws -> [PhotoContent?] {
        try await inOrder(photos, atOnce: limit) { photo in
            try Task.checkCancellation()
            let answer = await library.original(of: photo.identifier, isDownloadAllowed: false)
            guard case .found(let file) = answer else { return nil }
            return content(of: file)
        }
    }

    /// The library's own picture first, which is quick and on the device where the original is not. A
    /// photo whose original was read is compared by that: its date moves for a new favourite, too.
    private func read(_ planned: PlannedPhoto) async throws -> Outcome {
        let known = planned.isOriginalKnown ? try await original(planned.photo) : nil
        if case .found(let file) = known { return try await outcome(of: file, planned.photo) }
        switch try await picture(planned.photo) {
        case .found(let picture):
            return prepared(PhotoContent(standingFor: planned.photo)) { picture }
        case .gone: return .gone
        case .notOnDevice, .unreadable, .unavailable: break
        }
        let answer = if let known { known } else { try await original(planned.photo) }
        switch answer {
        case .found(let file): return try await outcome(of: file, planned.photo)
        case .notOnDevice: return .pending(Self.notOnDevice)
        case .gone: return .gone
        case .unavailable(let reason): return .pending(reason)
        case .unreadable(let reason): return .failed(reason)
        }
    }

    private func picture(_ photo: LibraryPhoto) async throws -> LibraryAnswer<RGBImage> {
        try Task.checkCancellation()
        let answer = await library.picture(of: photo.identifier, atLeast: image.size)
        try Task.checkCancellation()
        return answer
    }

    private func original(_ photo: LibraryPhoto) async throws -> LibraryAnswer<Data> {
        try Task.checkCancellation()
        let answer = await library.original(
            of: photo.identifier, isDownloadAllowed: isDownloadAllowed)
        try Task.checkCancellation()
        return answer
    }

    private func outcome(of file: Data, _ photo: LibraryPhoto) async throws -> Outcome {
        let content = content(of: file)
        if try await isEmbedded(content.contentHash) { return .embedded(content) }
        return try await budget.run(bytes: Self.decodedBytes(of: photo)) {
            try Task.checkCancellation()
            return prepared(content) { () throws(PhotoSearchError) in
                try decoder.decode(file, atLeast: image.size)
            }
        }
    }

    /// What a photo takes while it is decoded.
    static func decodedBytes(of photo: LibraryPhoto) -> Int {
        let pixels = photo.width.multipliedReportingOverflow(by: photo.height)
        let bytes = pixels.overflow ? .max : pixels.partialValue
        return min(max(bytes, 0), .max / 64) * pixelBytes
    }

    private func content(of file: Data) -> PhotoContent {
        PhotoContent(
            contentHash: ContentHash.of(file), sizeBytes: file.count,
            details: decoder.details(of: file))
    }

    private func prepared(
        _ content: PhotoContent, _ picture: () throws(PhotoSearchError) -> RGBImage
    ) -> Outcome {
        do throws(PhotoSearchError) {
            let ready = try Trace.interval("decode") { () throws(PhotoSearchError) in
                try picture().prepared(for: image)
            }
            var content = content
            content.states = ready.states
            return .ready(ready, content)
        } catch {
            return .failed(error.message)
        }
    }
}

/// Does work on items, a few at the same time.
///
/// - Parameters:
///   - items: What is worked on, begun in this order.
///   - limit: How many at the same time; 1 at least.
///   - work: Of one item.
/// - Returns: One result an item, in their order.
/// - Throws: What `work` throws; the others are then cancelled.
func inOrder<Item: Sendable, Result: Sendable>(
    _ items: [Item], atOnce limit: Int, _ work: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results = [Result?](repeating: nil, count: items.count)
        for (place, item) in items.enumerated() {
            if place >= max(limit, 1), let (done, result) = try await group.next() {
                results[done] = result
            }
            group.addTask { (place, try await work(item)) }
        }
        for try await (done, result) in group { results[done] = result }
        return results.compactMap { $0 }
    }
}
