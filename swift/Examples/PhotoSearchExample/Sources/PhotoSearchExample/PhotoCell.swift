#if canImport(SwiftUI) && canImport(Photos)
    import PhotoSearch
    import Photos
    import SwiftUI

    #if canImport(UIKit)
        typealias PlatformImage = UIImage
    #else
        typealias PlatformImage = NSImage
    #endif

    /// The thumbnail of one photo, from the photo library, and how many like it there are.
    struct PhotoCell: View {
        let found: Engine.Found
        @State private var image: PlatformImage?

        private static let side: CGFloat = 200

        var body: some View {
            Rectangle()
                .fill(.quaternary)
                .aspectRatio(1, contentMode: .fit)
                .overlay { thumbnail }
                .clipped()
                .overlay(alignment: .bottomTrailing) { badge }
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

        @ViewBuilder private var badge: some View {
            if found.others > 0 {
                Text("+\(found.others)")
                    .font(.caption2)
                    .padding(4)
                    .background(.thinMaterial, in: Capsule())
                    .padding(4)
            }
        }

        private func load() {
            let identifier = found.hit.source.description
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
