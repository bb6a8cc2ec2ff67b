#if canImport(SwiftUI) && canImport(Photos)
    import PhotoSearch
    import PhotoSearchPhotos
    import SwiftUI

    /// A field, a switch and a grid.
    struct SearchView: View {
        @ObservedObject var searcher: PhotoSearcher

        private let columns = [GridItem(.adaptive(minimum: 100), spacing: 2)]

        var body: some View {
            NavigationStack {
                ScrollView {
                    LazyVGrid(columns: columns, spacing: 2) {
                        ForEach(searcher.results) { PhotoCell(group: $0) }
                    }
                }
                .searchable(text: $searcher.text, prompt: "a dog on the beach")
                .navigationTitle("Photos")
                .toolbar {
                    Toggle(isOn: $searcher.filter.favourites) {
                        Label("Favourites only", systemImage: "heart")
                    }
                }
                .safeAreaInset(edge: .bottom) { status }
            }
        }

        /// What indexing does, what the person lets it see, and what went wrong.
        private var status: some View {
            VStack(spacing: 6) {
                if let access = searcher.access?.localizedDescription { Text(access) }
                if let error = searcher.error {
                    Text(error.localizedDescription)
                } else if let progress = searcher.progress {
                    if let fraction = progress.fraction { ProgressView(value: fraction) }
                    Text(progress.localizedDescription)
                    // a selection made smaller by mistake is no deletion, so the person is asked
                    if progress.heldBack > 0 {
                        Button("Forget \(progress.heldBack) photos that are no longer there") {
                            Task { await searcher.forgetMissing() }
                        }
                    }
                }
            }
            .font(.footnote)
            .padding(8)
            .frame(maxWidth: .infinity)
            .background(.thinMaterial)
        }
    }

    #Preview {
        SearchView(
            searcher: PhotoSearcher { throw PhotoSearchError(.bundle, "a preview has none") })
    }
#endif
