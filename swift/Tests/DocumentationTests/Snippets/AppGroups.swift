#if canImport(Darwin)
    import Foundation
    import PhotoSearch
    import PhotoSearchPhotos

    func openShared(_ bundle: ModelBundle, group: String) throws -> IndexStore {
        guard
            let container = FileManager.default.containerURL(
                forSecurityApplicationGroupIdentifier: group)
        else { throw PhotoSearchError(.usage, "no app group '\(group)'") }
        return try IndexStore(
            at: container.appendingPathComponent("photos.photoindex"), bundle: bundle)
    }
#endif
