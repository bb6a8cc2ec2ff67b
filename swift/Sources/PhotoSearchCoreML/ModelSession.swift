// A model that Core ML runs: loaded when it is needed, on a queue of its own.

import Dispatch
import PhotoSearch

#if canImport(CoreML)
    import CoreML
#endif

/// Where a model may run.
public enum ComputeUnits: String, Sendable, CaseIterable {
    case cpuOnly
    case cpuAndGPU
    case cpuAndNeuralEngine
    /// Core ML chooses.
    case all
}

#if canImport(CoreML)
    /// One model, loaded when it is first needed; it never leaves the actor.
    actor ModelSession {
        private let bundle: ModelBundle
        private let package: PackageSpec
        private let units: ComputeUnits
        private let cache: ModelCache
        private let executor: QueueExecutor
        private var model: MLModel?

        init(_ bundle: ModelBundle, _ package: PackageSpec, units: ComputeUnits, cache: ModelCache)
        {
            self.bundle = bundle
            self.package = package
            self.units = units
            self.cache = cache
            executor = QueueExecutor(label: "photosearch.\(package.file)")
        }

        nonisolated var unownedExecutor: UnownedSerialExecutor {
            executor.asUnownedSerialExecutor()
        }

        /// Gives the model to `body`, with a pool for what Core ML autoreleases.
        ///
        /// - Throws: `PhotoSearchError` of kind `model` for what Core ML says, of kind `storage`.
        func perform<Result: Sendable>(
            _ body: @Sendable (MLModel) throws -> Result
        ) async throws -> Result {
            try await load()
            guard let model else { throw PhotoSearchError(.model, "\(package.file): not loaded") }
            do {
                return try autoreleasepool { try body(model) }
            } catch {
                throw failure(error)
            }
        }

        /// Compiles unless it was, and loads unless it is.
        func load() async throws {
            if model != nil { return }
            let place = try await cache.compiled(package, of: bundle)
            if model != nil { return }  // somebody else did meanwhile
            do {
                model = try open(place)
            } catch {
                // left by another version of the system, or damaged: once more from the package
                await cache.remove(package, of: bundle)
                let place = try await cache.compiled(package, of: bundle)
                if model == nil { model = try open(place) }
            }
        }

        func unload() {
            model = nil
        }

        private func open(_ place: URL) throws -> MLModel {
            do {
                let configuration = MLModelConfiguration()
                configuration.computeUnits = MLComputeUnits(units)
                let model = try MLModel(contentsOf: place, configuration: configuration)
                try check(model.modelDescription)
                return model
            } catch {
                throw failure(error)
            }
        }

        private func check(_ description: MLModelDescription) throws(PhotoSearchError) {
            let inputs = Set(description.inputDescriptionsByName.keys)
            let expected = Set(package.inputs.map(\.name))
            guard inputs == expected else {
                throw PhotoSearchError(
                    .bundle,
                    "\(package.file): got inputs \(inputs.sorted()), expected \(expected.sorted())")
            }
            guard description.outputDescriptionsByName[package.output.name] != nil else {
                throw PhotoSearchError(
                    .bundle, "\(package.file): no output '\(package.output.name)'")
            }
        }

        private func failure(_ error: any Error) -> any Error {
            error as? PhotoSearchError
                ?? PhotoSearchError(.model, "\(package.file): Core ML says: \(error)")
        }
    }

    extension MLComputeUnits {
        init(_ units: ComputeUnits) {
            switch units {
            case .cpuOnly: self = .cpuOnly
            case .cpuAndGPU: self = .cpuAndGPU
            case .cpuAndNeuralEngine: self = .cpuAndNeuralEngine
            case .all: self = .all
            }
        }
    }

    extension ModelCache {
        /// Among the app's caches, compiled by Core ML.
        public static let standard = ModelCache(
            directory: FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask)
                .first.map { $0.appendingPathComponent("photosearch", isDirectory: true) }
                ?? FileManager.default.temporaryDirectory)

        /// Compiled by Core ML.
        ///
        /// - Parameter directory: Made when it is first needed.
        public init(directory: URL) {
            self.init(directory: directory) { try await MLModel.compileModel(at: $0) }
        }
    }
#endif

/// Runs an actor's code on a queue of its own, so that a long inference holds up no other task.
///
/// Swift's own threads are as few as the cores; a prediction that blocked one of them for seconds,
/// as loading a model can, would hold up the whole app.
final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    func enqueue(_ job: UnownedJob) {
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }
}

extension ModelBundle {
    /// - Throws: `PhotoSearchError` of kind `bundle` for a bundle that holds weights alone.
    func packages() throws(PhotoSearchError) -> Packages {
        guard let packages = manifest.packages else {
            throw PhotoSearchError(
                .bundle,
                """
                \(manifest.name) \(manifest.version) holds no Core ML packages; use a bundle that \
                'photosearch model release' wrote
                """)
        }
        return packages
    }
}

#if !canImport(ObjectiveC)
    /// Where there is no Objective-C, nothing is autoreleased.
    package func autoreleasepool<Result>(invoking body: () throws -> Result) rethrows -> Result {
        try body()
    }
#endif
