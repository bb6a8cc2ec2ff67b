#if canImport(SwiftUI) && canImport(Photos)
    import PhotoSearch
    import PhotoSearchPhotos
    import Photos
    import SwiftUI

    #if os(iOS)
        import PhotosUI
        import UIKit
    #endif

    /// What indexing does, and what the person lets it see.
    struct StatusView: View {
        @ObservedObject var model: SearchModel
        let forgetMissing: () async -> Void

        var body: some View {
            VStack(spacing: 6) {
                if let line = model.access?.line { accessRow(line) }
                if let progress = model.progress {
                    if let fraction = progress.fraction { ProgressView(value: fraction) }
                    if progress.heldBack > 0 { heldBackRow(progress.heldBack) }
                }
                if let line = model.problem ?? model.progress?.line { Text(line) }
            }
            .font(.footnote)
            .padding(8)
            .frame(maxWidth: .infinity)
            .background(.thinMaterial)
        }

        private func accessRow(_ line: String) -> some View {
            HStack {
                Text(line)
                #if os(iOS)
                    if model.access == .limited { Button("Select more", action: selectMore) }
                    if model.access == .denied { Button("Settings", action: openSettings) }
                #endif
            }
        }

        /// A selection made smaller by mistake is no deletion, so the person is asked.
        private func heldBackRow(_ count: Int) -> some View {
            HStack {
                Text("\(count) photos are no longer there.")
                Button("Forget them") { Task { await forgetMissing() } }
            }
        }

        #if os(iOS)
            private func selectMore() {
                let scene = UIApplication.shared.connectedScenes
                    .compactMap { $0 as? UIWindowScene }.first
                guard let controller = scene?.keyWindow?.rootViewController else { return }
                // the indexer hears of the new selection by itself
                PHPhotoLibrary.shared().presentLimitedLibraryPicker(from: controller)
            }

            private func openSettings() {
                guard let settings = URL(string: UIApplication.openSettingsURLString) else {
                    return
                }
                UIApplication.shared.open(settings)
            }
        #endif
    }
#endif
