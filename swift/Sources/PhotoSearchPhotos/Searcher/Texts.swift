// What indexing says to a person, in their language; see Localizable.xcstrings.

import Foundation
import PhotoSearch

extension IndexingProgress {
    /// One line on how far it has come.
    public var localizedDescription: String {
        switch phase {
        case .looking: localized("Looking for new photos…")
        case .indexing: [count, rate, timeLeft].compactMap { $0 }.joined(separator: " · ")
        case .waiting(let obstacle): "\(count) · \(obstacle.localizedDescription)"
        case .finished: [new, elsewhere, unreadable].compactMap { $0 }.joined(separator: " · ")
        case .stopped: localized("Stopped at %@", count)
        case .failed(let error): error.localizedDescription
        }
    }

    /// 0 to 1; nil while there is nothing to count.
    public var fraction: Double? {
        switch phase {
        case .indexing, .waiting: total > 0 ? Double(done) / Double(total) : nil
        default: nil
        }
    }

    private var count: String {
        localized("%@ of %@ photos", done.formatted(), total.formatted())
    }

    private var rate: String? {
        photosPerSecond.map {
            localized("%@ per second", $0.formatted(.number.precision(.fractionLength(1))))
        }
    }

    private var timeLeft: String? {
        remaining.map { left in
            let units = left.formatted(
                .units(allowed: [.hours, .minutes, .seconds], maximumUnitCount: 2))
            return localized("%@ left", units)
        }
    }

    private var new: String { localized("Indexed: %@", indexed.formatted()) }

    private var elsewhere: String? {
        pending > 0 ? localized("Not available now: %@", pending.formatted()) : nil
    }

    private var unreadable: String? {
        failed > 0 ? localized("Unreadable: %@", failed.formatted()) : nil
    }
}

extension Obstacle {
    /// What indexing waits for.
    public var localizedDescription: String {
        switch self {
        case .heat: localized("Waiting for the device to cool down")
        case .lowPowerMode: localized("Waiting for Low Power Mode to end")
        case .noCharger: localized("Waiting for the charger")
        case .lowBattery: localized("Waiting for the battery to be charged")
        }
    }
}

extension LibraryAccess {
    /// What a person should know of it; nil if all is well.
    public var localizedDescription: String? {
        switch self {
        case .full, .notDetermined: nil
        case .limited: localized("Only the photos that you have selected are searched.")
        case .denied: localized("Without access to your photos there is nothing to find.")
        case .restricted: localized("This device does not let apps see photos.")
        }
    }
}

private func localized(_ text: String, _ values: any CVarArg...) -> String {
    #if canImport(Darwin)
        let format = NSLocalizedString(text, bundle: .module, comment: "")
    #else
        let format = text
    #endif
    return values.isEmpty ? format : String(format: format, arguments: values)
}
