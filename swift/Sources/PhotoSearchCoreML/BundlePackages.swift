import PhotoSearch

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
