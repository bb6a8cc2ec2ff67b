#if canImport(SwiftUI) && canImport(Photos)
    import PhotoSearch
    import Photos
    import SwiftUI

    #if canImport(UIKit)
        typealias PlatformImage = UIImage
    #else
        typealias PlatformImage = NSImage
    #endif

    /// The thumbnail of one hit, from the photo library.
    struct PhotoCell: View {
        let hit: Hit
        @State private var image: PlatformImage?

        private static let side: CGFloat = 200

        var body: some View {
            Rectangle()
                .fill(.quaternary)
                .aspectRatio(1, contentMode: .fit)
                .overlay { thumbnail }
                .clipped()
                .onAppear(perform: load)
        }

        @ViewBuilder private var thumbnail: some View {
            if let image {
                #if canImport(UIKit)
                    Image(uiImage: image).resizable().scaledToFill()
                #else
                    Image(nsImage: image).resizable().scaledToFill()
                #endif
            }
        }

        private func load() {
            let identifier = hit.source.description
            let found = PHAsset.fetchAssets(withLocalIdentifiers: [identifier], options: nil)
            guard image == nil, let asset = found.firstObject else { return }
            PHImageManager.default().requestImage(
                for: asset, targetSize: CGSize(width: Self.side, height: Self.side),
                contentMode: .aspectFill, options: nil
            ) { image, _ in
                // the manager calls back on the main thread for requests made there
                nonisolated(unsafe) let image = image
                MainActor.assumeIsolated { self.image = image }
            }
        }
    }
#endif
