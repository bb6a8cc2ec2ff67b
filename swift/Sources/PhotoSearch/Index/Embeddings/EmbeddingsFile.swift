/// An embeddings file, mapped, all of which has been checked.
struct EmbeddingsFile {
    /// The years 1 to 9999, in microseconds since 1970: what Python can tell.
    private static let calendar: ClosedRange<Int64> =
        -62_135_596_800_000_000...253_402_300_799_999_999

    let count: Int
    let space: Space
    private let path: String
    private let stored: Safetensors
    private let size: EmbeddingsSize

    /// - Throws: `PhotoSearchError` of kind `usage` if it is missing, damaged or something else.
    /// - Complexity: O(n) in its bytes.
    init(path: String) throws(PhotoSearchError) {
        self.path = path
        let stored = try Safetensors(path: path, kind: .usage)
        func length(_ field: EmbeddingsField) -> Int {
            stored.entries[field.rawValue]?.shape.first ?? 0
        }
        space = try Self.space(stored.metadata, path)
        count = length(.vectors)
        size = EmbeddingsSize(
            count: count, dim: space.dim, sources: length(.source), cameras: length(.camera))
        self.stored = stored
        try checkShapes()
        try checkNames()
        try checkNumbers()
    }

    private static func space(
        _ metadata: [String: String], _ path: String
    ) throws(PhotoSearchError) -> Space {
        guard metadata["format"] == EmbeddingsField.format else {
            throw PhotoSearchError(
                .usage, "\(path): got no \(EmbeddingsField.format) file, expected one")
        }
        guard metadata["version"] == EmbeddingsField.version else {
            throw PhotoSearchError(
                .usage,
                """
                \(path): got version \(metadata["version"] ?? "none"), expected \
                \(EmbeddingsField.version)
                """)
        }
        guard let space = metadata["space"], let model = metadata["model"],
            let dim = metadata["dim"].flatMap({ Int($0) }), dim > 0, dim < Int32.max,
            let scale = metadata["calibration_scale"].flatMap({ Double($0) }), scale.isFinite,
            let bias = metadata["calibration_bias"].flatMap({ Double($0) }), bias.isFinite
        else {
            throw PhotoSearchError(
                .usage, "\(path): got metadata \(metadata), expected space, model, dim, calibration"
            )
        }
        return Space(
            space: space, model: model, dim: dim, calibration: Calibration(scale: scale, bias: bias)
        )
    }

    private func damage(_ problem: String) -> PhotoSearchError {
        PhotoSearchError(.usage, "\(path) is damaged: \(problem)")
    }

    private func checkShapes() throws(PhotoSearchError) {
        let fields = EmbeddingsField.allCases
        guard Set(stored.entries.keys) == Set(fields.map(\.rawValue)) else {
            let names = stored.entries.keys.sorted().joined(separator: ", ")
            throw damage(
                "got \(names), expected \(fields.map(\.rawValue).sorted().joined(separator: ", "))")
        }
        for field in fields {
            guard let entry = stored.entries[field.rawValue],
                [field.element, field.formerElement].contains(entry.element),
                entry.shape == size.shape(field)
            else {
                let got = stored.entries[field.rawValue].map {
                    "\($0.element.rawValue) \($0.shape)"
                }
                throw damage(
                    """
                    \(field.rawValue): got \(got ?? "nothing"), expected \
                    \(field.element.rawValue) \(size.shape(field))
                    """)
            }
        }
    }

    private func checkNames() throws(PhotoSearchError) {
        for (end, text) in [
            (EmbeddingsField.sourceEnd, EmbeddingsField.source), (.cameraEnd, .camera),
        ] {
            var last: Int64 = 0
            for row in 0..<count {
                let next = integer(end, row)
                let isName = next > last || text == .camera && next == last
                guard isName, next <= Int64(size.shape(text)[0]) else {
                    throw damage("\(end.rawValue): got \(next) after \(last)")
                }
                last = next
            }
            guard last == Int64(size.shape(text)[0]) else {
                throw damage(
                    "\(end.rawValue): got \(last) at last, expected \(size.shape(text)[0])")
            }
        }
        // no file can have such a name
        guard withBytes(.source, 0..<size.sources, { !$0.contains(0) }) else {
            throw damage("source: got a name with a NUL byte")
        }
        for row in 0..<count {
            let isUTF8 = withBytes(.camera, range(.cameraEnd, row)) { bytes in
                UTF8Check.firstInvalid(bytes) == nil
            }
            guard isUTF8 else { throw damage("camera: photo \(row) is not UTF-8") }
        }
    }

    private func checkNumbers() throws(PhotoSearchError) {
        let values = count * size.dim
        let isFinite = withBytes(.vectors, 0..<2 * values) { bytes in
            // the upper byte of each half: an exponent of ones is infinite or not a number
            stride(from: 1, to: bytes.count, by: 2).allSatisfy { bytes[$0] & 0x7C != 0x7C }
        }
        guard isFinite else { throw damage("vectors: expected finite numbers") }
        for row in 0..<count {
            guard !real(.latitude, row).isInfinite, !real(.longitude, row).isInfinite else {
                throw damage("latitude, longitude: photo \(row): expected finite numbers or NaN")
            }
            let taken = integer(.takenAt, row)
            guard taken == EmbeddingsField.missing || Self.calendar.contains(taken) else {
                throw damage("taken_at: photo \(row): expected a time in the years 1 to 9999")
            }
            guard byte(.favourite, row) <= 1, media(row) <= MediaKinds.all.rawValue else {
                throw damage(
                    """
                    favourite, media: photo \(row): expected 0 or 1, 0 to \
                    \(MediaKinds.all.rawValue)
                    """)
            }
        }
    }

    /// A photo as an index is told it.
    func change(_ row: Int) -> IndexChange {
        .index(photo(row), contentHash: contentHash(row), vector: vector(row), info: info(row))
    }

    func photo(_ row: Int) -> FoundPhoto {
        FoundPhoto(
            source: source(row), sizeBytes: integer(.size, row), modifiedNS: integer(.modified, row)
        )
    }

    func source(_ row: Int) -> PhotoSource {
        PhotoSource(bytes: withBytes(.source, range(.sourceEnd, row)) { Array($0) })
    }

    func contentHash(_ row: Int) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let hash = EmbeddingsSize.hash
        return withBytes(.contentHash, hash * row..<hash * (row + 1)) { bytes in
            let hex = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            return String(decoding: hex, as: UTF8.self)
        }
    }

    func vector(_ row: Int) -> [Float] {
        let length = 2 * size.dim
        return withBytes(.vectors, length * row..<length * (row + 1)) { bytes in
            stride(from: 0, to: length, by: 2).map { at in
                Half.float(UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8)
            }
        }
    }

    /// nil for a photo whose width or height is not known, whatever else is.
    func info(_ row: Int) -> PhotoInfo? {
        func known(_ field: EmbeddingsField) -> Int64? {
            let value = integer(field, row)
            return value == EmbeddingsField.missing ? nil : value
        }
        func known(_ field: EmbeddingsField) -> Double? {
            let value = real(field, row)
            return value.isNaN ? nil : value
        }
        guard let width: Int64 = known(.width), let height: Int64 = known(.height) else {
            return nil
        }
        let camera = withBytes(.camera, range(.cameraEnd, row)) { bytes in
            String(decoding: bytes, as: UTF8.self)
        }
        return PhotoInfo(
            width: Int(width), height: Int(height), cameraTime: known(.takenAt),
            utcOffsetMinutes: known(.utcOffset).map { (value: Int64) in Int(value) },
            latitude: known(.latitude), longitude: known(.longitude),
            camera: camera.isEmpty ? nil : camera, isFavourite: byte(.favourite, row) == 1,
            media: MediaKinds(rawValue: media(row)))
    }

    private func range(_ end: EmbeddingsField, _ row: Int) -> Range<Int> {
        Int(row > 0 ? integer(end, row - 1) : 0)..<Int(integer(end, row))
    }

    private func integer(_ field: EmbeddingsField, _ row: Int) -> Int64 {
        withBytes(field, 8 * row..<8 * (row + 1)) { bytes in
            Int64(littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(as: Int64.self))
        }
    }

    private func real(_ field: EmbeddingsField, _ row: Int) -> Double {
        Double(bitPattern: UInt64(bitPattern: integer(field, row)))
    }

    /// Two bytes, or one in files of former versions.
    private func media(_ row: Int) -> UInt16 {
        let size = stored.entries[EmbeddingsField.media.rawValue]?.element.size ?? 1
        return withBytes(.media, size * row..<size * (row + 1)) { bytes in
            bytes.reversed().reduce(0) { $0 << 8 | UInt16($1) }
        }
    }

    private func byte(_ field: EmbeddingsField, _ row: Int) -> UInt8 {
        withBytes(field, row..<row + 1) { $0[0] }
    }

    private func withBytes<Result>(
        _ field: EmbeddingsField, _ part: Range<Int>,
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        let start = stored.entries[field.rawValue]?.range.lowerBound ?? 0
        return stored.file.withBytes { bytes in
            let some = bytes[start + part.lowerBound..<start + part.upperBound]
            return body(UnsafeRawBufferPointer(rebasing: some).assumingMemoryBound(to: UInt8.self))
        }
    }
}
