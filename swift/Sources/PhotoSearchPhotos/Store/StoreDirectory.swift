import Foundation
import PhotoSearch

/// A directory for an index: in no backup, and unreadable before the device is first unlocked.
public enum StoreDirectory {
    /// Makes the directory, if need be, and protects it and what lies in it.
    ///
    /// Protection is "until first user authentication": an index that were locked with the screen
    /// could not be written in the background. Files that are made in it later inherit it, SQLite's
    /// log and every renamed file among them; those that are there already, as in an index that was
    /// copied from elsewhere, are given it now. On systems without data protection (macOS, Linux)
    /// the disk's own encryption is what there is.
    ///
    /// - Throws: `PhotoSearchError` of kind `storage`.
    public static func prepare(_ directory: URL) throws(PhotoSearchError) {
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true)
            #if canImport(Darwin)
                #if !os(macOS)
                    try protect(directory)
                #endif
                var values = URLResourceValues()
                values.isExcludedFromBackup = true  // of a directory: all that is in it
                var place = directory
                try place.setResourceValues(values)
            #endif
        } catch {
            throw PhotoSearchError(.storage, "\(directory.path): \(error)")
        }
    }

    #if canImport(Darwin) && !os(macOS)
        private static func protect(_ directory: URL) throws {
            let files = FileManager.default
            let protection = FileProtectionType.completeUntilFirstUserAuthentication
            try files.setAttributes([.protectionKey: protection], ofItemAtPath: directory.path)
            for name in try files.contentsOfDirectory(atPath: directory.path) {
                let path = directory.appendingPathComponent(name).path
                do {
                    try files.setAttributes([.protectionKey: protection], ofItemAtPath: path)
                } catch CocoaError.fileNoSuchFile, CocoaError.fileReadNoSuchFile {
                    continue  // a log that another process has just closed
                }
            }
        }
    #endif
}
