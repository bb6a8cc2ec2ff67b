#if canImport(SwiftUI) && canImport(Photos)
    import PhotoSearchBuiltin
    import PhotoSearchPhotos
    import SwiftUI

    @main
    struct ExampleApp: App {
        @StateObject private var searcher: PhotoSearcher
        @Environment(\.scenePhase) private var phase

        #if os(iOS)
            private let background = BackgroundIndexing(identifier: "org.example.PhotoSearch.index")
        #endif

        init() {
            let searcher = PhotoSearcher { try BuiltinModel.bundle() }
            _searcher = StateObject(wrappedValue: searcher)
            #if os(iOS)
                background.register { try await searcher.parts().indexer }
            #endif
        }

        var body: some Scene {
            WindowGroup {
                SearchView(searcher: searcher).task { await searcher.run() }
            }
            .onChange(of: phase) { phase in
                #if os(iOS)
                    if phase == .background { try? background.schedule() }
                #endif
            }
        }
    }
#else
    import PhotoSearchBuiltin
    import PhotoSearchPhotos

    /// Without SwiftUI there is nothing to show: this lets the rest be compiled on Linux.
    @main
    struct ExampleApp {
        static func main() {}
    }
#endif
