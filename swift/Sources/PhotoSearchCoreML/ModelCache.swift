import Foundation
import PhotoSearch

/// Compiled models on disk, so that a package is compiled once on a device.
///
/// A model is named by its package's fingerprint: a new version is a new name, and a model that was
/// not finished has no name, since it gets one only when it is whole.
public actor ModelCache {
    /// Compiles the package at a place and says where the result is, which may be moved away.
    public typealias Compiler = @Sendable (URL) async throws -> URL

    private let directory: URL
    private let compile: Compiler
    private var running: [String: Task<URL, any Error>] = [:]

    /// - Parameters:
    ///   - directory: Made when it is first needed. Best among the caches, which no backup keeps.
    ///   - compile: What compiles; a fake in tests.
    public init(directory: URL, compile: @escaping Compiler) {
        self.directory = directory
        self.compile = compile
    }

    /// Where the compiled model of a package is; compiles it if it is not there.
    ///
    /// Two that ask at once wait for the same compilation.
    ///
    /// - Throws: `PhotoSearchError` of kind `model` if it cannot be compiled, of kind `storage` if it
    ///   cannot be kept.
    public func compiled(_ package: PackageSpec, of bundle: ModelBundle) async throws -> URL {
        let fingerprint = bundle.fingerprint(of: package)
        let place = place(fingerprint)
        if FileManager.default.fileExists(atPath: place.path) { return place }
        let source = bundle.url(of: package)
        let task =
            running[fingerprint] ?? Task { try await self.make(from: source, at: place) }
        running[fingerprint] = task
        defer { running[fingerprint] = nil }
        return try await task.value
    }

    /// Forgets the compiled model of a package, as when it cannot be loaded.
    public func remove(_ package: PackageSpec, of bundle: ModelBundle) {
        try? FileManager.default.removeItem(at: place(bundle.fingerprint(of: package)))
    }

    /// Deletes every compiled model, those of earlier versions too. They are made again when needed.
    public func removeAll() {
        try? FileManager.default.removeItem(at: directory)
    }

    private func place(_ fingerprint: String) -> URL {
        directory.appendingPathComponent("\(fingerprint).mlmodelc", isDirectory: true)
    }

    private func make(from source: URL, at place: URL) async throws -> URL {
        let made: URL
        do {
            made = try await compile(source)
        } catch {
            throw PhotoSearchError(
                .model, "\(source.lastPathComponent): cannot be compiled: \(error)")
        }
        do {
            let files = FileManager.default
            try files.createDirectory(at: directory, withIntermediateDirectories: true)
            // first onto the same disk, where renaming is one step
            let near = directory.appendingPathComponent("\(UUID().uuidString).partial")
            try files.moveItem(at: made, to: near)
            do {
                try files.moveItem(at: near, to: place)
            } catch {
                try? files.removeItem(at: near)
                // another process may have been faster
                guard files.fileExists(atPath: place.path) else { throw error }
            }
        } catch {
            throw PhotoSearchError(.storage, "\(place.path): cannot be written: \(error)")
        }
        return place
    }
}
