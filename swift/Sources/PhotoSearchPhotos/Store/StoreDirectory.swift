import Foundation
import PhotoSearch

/// A directory for an index: in no backup, and unreadable before the device is first unlocked.
public enum StoreDirectory {
    /// Makes the directory, if need be, and protects it.
    ///
    /// Protection is "until first user authentication": an index that were locked with the screen
    /// could not be written in the background. Files that are made in it later inherit it. On
    /// systems without data protection (macOS, Linux) the disk's own encryption is what there is.
    ///
    /// - Throws: `PhotoSearchError` of kind `storage`.
    public static func prepare(_ directory: URL) throws(PhotoSearchError) {
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true)
            #if canImport(Darwin)
                #if !os(macOS)
                    try FileManager.default.setAttributes(
                        [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication],
                        ofItemAtPath: directory.path)
                #endif
                var values = URLResourceValues()
                values.isExcludedFromBackup = true
                var place = directory
                try place.setResourceValues(values)
            #endif
        } catch {
            throw PhotoSearchError(.storage, "\(directory.path): \(error)")
        }
    }
}
