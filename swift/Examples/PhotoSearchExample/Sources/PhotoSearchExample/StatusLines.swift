import Foundation
import PhotoSearch
import PhotoSearchPhotos

extension IndexingProgress {
    /// One line for a person.
    var line: String {
        switch phase {
        case .looking: "Looking for new photos…"
        case .indexing: [count, rate, timeLeft].compactMap { $0 }.joined(separator: " · ")
        case .waiting(let obstacle): "\(count) · \(obstacle.line)"
        case .finished: "\(indexed) new, \(pending) not on this device, \(failed) unreadable"
        case .stopped: "Stopped at \(count)"
        case .failed(let error): error.message
        }
    }

    /// 0 to 1; nil while there is nothing to count.
    var fraction: Double? {
        switch phase {
        case .indexing, .waiting: total > 0 ? Double(done) / Double(total) : nil
        default: nil
        }
    }

    private var count: String { "\(done) of \(total)" }

    private var rate: String? {
        photosPerSecond.map { "\($0.formatted(.number.precision(.fractionLength(1)))) photos/s" }
    }

    private var timeLeft: String? {
        remaining.map { left in
            let units = left.formatted(
                .units(allowed: [.hours, .minutes, .seconds], maximumUnitCount: 2))
            return "\(units) left"
        }
    }
}

extension Obstacle {
    var line: String {
        switch self {
        case .heat: "waiting for the device to cool down"
        case .lowPowerMode: "waiting for low-power mode to end"
        case .noCharger: "waiting for a charger"
        case .lowBattery: "waiting for the battery"
        }
    }
}

extension LibraryAccess {
    /// What a person should know of it; nil if all is well.
    var line: String? {
        switch self {
        case .full, .notDetermined: nil
        case .limited: "Only the photos that you selected are searched."
        case .denied: "Without access to your photos there is nothing to find."
        case .restricted: "This device does not let apps see photos."
        }
    }
}
