#if canImport(SwiftUI) && canImport(Photos)
    import PhotoSearch
    import SwiftUI

    /// A field, two switches and a grid.
    struct SearchView: View {
        @ObservedObject var model: SearchModel
        let forgetMissing: () async -> Void

        private let columns = [GridItem(.adaptive(minimum: 100), spacing: 2)]

        var body: some View {
            NavigationStack {
                ScrollView {
                    LazyVGrid(columns: columns, spacing: 2) {
                        ForEach(model.found) { PhotoCell(found: $0) }
                    }
                }
                .searchable(text: $model.request.text, prompt: "a dog on the beach")
                .navigationTitle("Photos")
                .toolbar {
                    Toggle(isOn: $model.request.favouritesOnly) {
                        Label("Favourites only", systemImage: "heart")
                    }
                    Toggle(isOn: $model.request.oneOfEachMotif) {
                        Label("One of each motif", systemImage: "square.stack")
                    }
                }
                .safeAreaInset(edge: .bottom) {
                    StatusView(model: model, forgetMissing: forgetMissing)
                }
            }
        }
    }
#endif
