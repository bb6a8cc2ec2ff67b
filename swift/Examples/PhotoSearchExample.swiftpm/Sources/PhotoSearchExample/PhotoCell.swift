#if canImport(SwiftUI) && canImport(Photos)
    import PhotoSearch
    import PhotoSearchCoreML
    import PhotoSearchPhotos
    import SwiftUI

    /// The thumbnail of one photo, and how many like it there are.
    struct PhotoCell: View {
        let group: HitGroup
        @Environment(\.displayScale) private var scale
        @State private var image: CGImage?

        private static let side: CGFloat = 120  // points

        var body: some View {
            Rectangle()
                .fill(.quaternary)
                .aspectRatio(1, contentMode: .fit)
                .overlay {
                    if let image {
                        Image(decorative: image, scale: scale).resizable().scaledToFill()
                    }
                }
                .clipped()
                .overlay(alignment: .bottomTrailing) {
                    if !group.others.isEmpty {
                        Text("+\(group.others.count)")
                            .font(.caption2)
                            .padding(4)
                            .background(.thinMaterial, in: Capsule())
                    }
                }
                .accessibilityElement()
                .accessibilityLabel(Text("Photo \(group.best.rank)"))
                .accessibilityValue(Text("\(group.others.count) more like it"))
                // ended by SwiftUI when the cell leaves, and PhotoKit's request with it
                .task(id: group.id) { await load() }
        }

        private func load() async {
            let pixels = Int(Self.side * scale)
            let answer = await PhotoKitLibrary().picture(
                of: group.best.localIdentifier, atLeast: pixels)
            if case .found(let picture) = answer { image = picture.cgImage }
        }
    }
#endif
