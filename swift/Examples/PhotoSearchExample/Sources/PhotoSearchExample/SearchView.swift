#if canImport(SwiftUI)
    import PhotoSearch
    import SwiftUI

    /// A field and a grid.
    struct SearchView: View {
        @ObservedObject var model: SearchModel

        private let columns = [GridItem(.adaptive(minimum: 100), spacing: 2)]

        var body: some View {
            NavigationStack {
                ScrollView {
                    LazyVGrid(columns: columns, spacing: 2) {
                        ForEach(model.hits, id: \.id) { PhotoCell(hit: $0) }
                    }
                }
                .searchable(text: $model.text, prompt: "a dog on the beach")
                .navigationTitle("Photos")
                .safeAreaInset(edge: .bottom) { status }
            }
        }

        @ViewBuilder private var status: some View {
            if let line = model.problem ?? model.progress?.line {
                Text(line).font(.footnote).padding(8)
            }
        }
    }
#endif
