import Foundation
import PhotoSearch

/// The model that comes with this package, for apps that bring none of their own.
///
/// ```swift
/// let bundle = try BuiltinModel.bundle()
/// let encoder = try PortableTextEncoder(bundle)
/// ```
///
/// Its weights answer queries on every system. It holds no Core ML packages yet, so photos are
/// indexed with a bundle that `photosearch release` wrote: `ModelBundle.manifest.packages` says
/// whether there are any.
public enum BuiltinModel {
    private static let name = "builtin"

    /// The bundle, from the resources of the app.
    ///
    /// - Throws: `PhotoSearchError` of kind `bundle` if the app was built without it.
    public static func bundle() throws(PhotoSearchError) -> ModelBundle {
        guard let url = Bundle.module.url(forResource: name, withExtension: "photomodel") else {
            throw PhotoSearchError(.bundle, "no \(name).photomodel among the app's resources")
        }
        return try ModelBundle(at: url)
    }
}
