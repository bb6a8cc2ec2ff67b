/// Who wants to know how far indexing has come.
struct ProgressBoard {
    private(set) var latest = IndexingProgress()
    private var readers: [Int: AsyncStream<IndexingProgress>.Continuation] = [:]
    private var next = 0

    /// Changes what is known and tells everybody; the last element ends their streams.
    mutating func update(_ change: (inout IndexingProgress) -> Void) {
        change(&latest)
        for reader in readers.values { reader.yield(latest) }
        guard latest.isLast else { return }
        for reader in readers.values { reader.finish() }
        readers.removeAll()
    }

    mutating func begin() {
        latest = IndexingProgress()
    }

    /// A stream that starts with what is known now. A slow reader misses what is out of date.
    mutating func stream() -> AsyncStream<IndexingProgress> {
        let (stream, reader) = AsyncStream<IndexingProgress>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        reader.yield(latest)
        if latest.isLast {
            reader.finish()
        } else {
            readers[next] = reader
            next += 1
        }
        return stream
    }
}
