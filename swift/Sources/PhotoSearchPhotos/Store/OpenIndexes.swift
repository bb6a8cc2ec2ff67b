import Foundation
import PhotoSearch

/// The indexes that stores of this process have open: one a folder and model, so that two stores on a
/// folder hold its vectors in memory once, and their changes queue instead of locking each other out.
///
/// A folder is known by the file of its catalog, not by its path: another index that took its place is
/// another.
final class OpenIndexes: Sendable {
    static let shared = OpenIndexes()
    private let lock = NSLock()
    private nonisolated(unsafe) var indexes: [Key: Weak] = [:]  // guarded by the lock

    private struct Key: Hashable {
        let volume: UInt64
        let file: UInt64
        let space: String
    }

    private struct Weak {
        weak var index: PhotoIndex?
    }

    /// - Throws: what `make` throws.
    func index(
        at directory: URL, space: String, make: () throws -> PhotoIndex
    ) throws -> PhotoIndex {
        try lock.withLock {
            indexes = indexes.filter { $0.value.index != nil }
            if let key = Self.key(directory, space), let open = indexes[key]?.index { return open }
            let index = try make()
            if let key = Self.key(directory, space) { indexes[key] = Weak(index: index) }
            return index
        }
    }

    private static func key(_ directory: URL, _ space: String) -> Key? {
        let path = directory.appendingPathComponent("catalog.sqlite").path
        guard let file = try? FileManager.default.attributesOfItem(atPath: path),
            let volume = file[.systemNumber] as? NSNumber,
            let number = file[.systemFileNumber] as? NSNumber
        else { return nil }
        return Key(volume: volume.uint64Value, file: number.uint64Value, space: space)
    }
}
