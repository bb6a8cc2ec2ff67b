/// Photos a second over the last batches.
struct RateMeter {
    private static let window = 8  // batches

    private var batches: [(photos: Int, seconds: Double)] = []

    mutating func add(photos: Int, in time: Duration) {
        let (seconds, attoseconds) = time.components
        batches.append((photos, Double(seconds) + Double(attoseconds) * 1e-18))
        if batches.count > Self.window { batches.removeFirst() }
    }

    /// nil before the first batch.
    var photosPerSecond: Double? {
        let seconds = batches.reduce(0) { $0 + $1.seconds }
        return seconds > 0 ? Double(batches.reduce(0) { $0 + $1.photos }) / seconds : nil
    }
}
