import PhotoSearch

/// What a pass does after photos are searchable: it looks for the text in them.
extension LibraryIndexer {
    /// Photos in which nobody has looked yet, newest first, a batch a transaction.
    ///
    /// What cannot be read now, as a photo in the cloud, is tried again by the next process, and by a pass
    /// that looks again at what was not on the device.
    func readText(with reader: any PhotoTextReader) async throws {
        if policy.retriesPending { unreadable = [] }
        let wanted = try await store.photos(.withoutText).map(\.localIdentifier)
        let photos = try await photos(wanted.filter { !unreadable.contains($0) }.sorted())
            .sorted { $0.order > $1.order }
        board.update { $0.textTotal = photos.count }
        for start in stride(from: 0, to: photos.count, by: max(policy.batch, 1)) {
            try await waitUntilAllowed()
            let some = Array(photos[start..<min(start + max(policy.batch, 1), photos.count)])
            try await keep(try await finder(reader).texts(in: some), of: some)
        }
        try await store.publish()
    }

    private func keep(_ texts: [String?], of photos: [LibraryPhoto]) async throws {
        try Task.checkCancellation()
        let found = try await unchanged(photos, texts)
        if !found.isEmpty { try await store.apply(found, space: encoder.space) }
        board.update { $0.textRead += found.count }
    }

    /// Of photos that were edited while they were read, nothing.
    private func unchanged(
        _ photos: [LibraryPhoto], _ texts: [String?]
    ) async throws -> [IndexChange] {
        let known = KnownPhotos(
            try await store.photos(.named(photos.map { PhotoSource($0.identifier) })))
        let now = try await library.photos(photos.map(\.identifier))
        let dates = Dictionary(
            now.map { ($0.identifier, $0.modifiedNS) }, uniquingKeysWith: { first, _ in first })
        return zip(photos, texts).compactMap { photo, text in
            let date = dates[photo.identifier]
            guard let text, date == photo.modifiedNS,
                date == known[photo.identifier]?.found.modifiedNS
            else {
                unreadable.insert(photo.identifier)
                return nil
            }
            return .recognise(PhotoSource(photo.identifier), text: text)
        }
    }

    private func finder(_ reader: any PhotoTextReader) -> TextFinder {
        TextFinder(
            library: library, decoder: decoder, reader: reader,
            isDownloadAllowed: policy.downloadsPhotos, limit: policy.decoders, budget: budget)
    }
}

/// Gets pictures of photos that are large enough to read in, and has their text read.
struct TextFinder: Sendable {
    /// Of a picture's shorter side, in pixels: about two megapixels, as in photosearch/models/text_reader.py.
    static let side = 1200

    let library: any PhotoLibrary
    let decoder: any PictureDecoder
    let reader: any PhotoTextReader
    let isDownloadAllowed: Bool
    /// Photos that are looked at at the same time, 1 at least.
    let limit: Int
    let budget: DecodingBudget

    /// The text in each photo, in their order; nil where it cannot be told now.
    ///
    /// - Throws: `CancellationError`.
    func texts(in photos: [LibraryPhoto]) async throws -> [String?] {
        try await inOrder(photos, atOnce: limit) { photo in
            try Task.checkCancellation()
            guard let picture = try await picture(of: photo) else { return nil }
            try Task.checkCancellation()
            do {
                return try await Trace.interval("read text") { try await reader.text(in: picture) }
            } catch is PhotoSearchError {
                return nil
            }
        }
    }

    /// The one that the library keeps, or else the original.
    private func picture(of photo: LibraryPhoto) async throws -> RGBImage? {
        let kept = await library.picture(of: photo.identifier, atLeast: Self.side)
        if case .found(let picture) = kept { return picture }
        let answer = await library.original(
            of: photo.identifier, isDownloadAllowed: isDownloadAllowed)
        guard case .found(let file) = answer else { return nil }
        return try await budget.run(bytes: PhotoReader.decodedBytes(of: photo)) {
            try Task.checkCancellation()
            return try? decoder.decode(file, atLeast: Self.side)
        }
    }
}
