import Foundation
import PhotoSearch

/// The model that comes with this package, for apps that bring none of their own.
///
/// ```swift
/// let store = try IndexStore(at: folder, bundle: BuiltinModel.bundle())
/// ```
///
/// > Important: It may not be used commercially, because of the photos that it was trained on; the
/// > bundle's `model_card.md` names them. An app that is sold brings a model of its own.
///
/// 22 MB: its weights answer queries on every system, and its Core ML package, int8 and for iOS 16
/// and macOS 13 on, indexes photos. It is compiled when it is first used, and kept by `ModelCache`.
/// Apps with a bundle of their own leave this product out.
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
