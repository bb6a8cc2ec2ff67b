import Foundation
import PhotoSearch

/// The indexes that stores of this process have open: one a folder and model, so that two stores on a
/// folder hold its vectors in memory once, and their changes queue instead of locking each other out.
///
/// A folder is known by its path and by the file of its catalog: one that was moved, or took another's
/// place, is opened anew.
final class OpenIndexes: Sendable {
    static let shared = OpenIndexes()
    private let lock = NSLock()
    private nonisolated(unsafe) var indexes: [Key: Weak] = [:]  // guarded by the lock

    private struct Key: Hashable {
        let path: String
        let volume: UInt64
        let file: UInt64
        let space: String
    }

    private struct Weak {
        weak var index: PhotoIndex?
    }

    /// The index that is open already, or else this one, which was just opened without fault.
    ///
    /// - Parameter directory: Without links, and that of the index.
    func first(_ index: PhotoIndex, at directory: URL, space: String) -> PhotoIndex {
        guard let key = Self.key(directory, space) else { return index }
        return lock.withLock {
            indexes = indexes.filter { $0.value.index != nil }
            if let open = indexes[key]?.index { return open }
            indexes[key] = Weak(index: index)
            return index
        }
    }

    private static func key(_ directory: URL, _ space: String) -> Key? {
        let path = directory.appendingPathComponent("catalog.sqlite").path
        guard let file = try? FileManager.default.attributesOfItem(atPath: path),
            let volume = file[.systemNumber] as? NSNumber,
            let number = file[.systemFileNumber] as? NSNumber
        else { return nil }
        return Key(
            path: path, volume: volume.uint64Value, file: number.uint64Value, space: space)
    }
}
