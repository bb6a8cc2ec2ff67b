#if canImport(SwiftUI) && canImport(Photos)
    import SwiftUI

    @main
    struct ExampleApp: App {
        @StateObject private var model: SearchModel
        private let engine: Engine

        init() {
            let engine = Engine()
            self.engine = engine
            _model = StateObject(wrappedValue: SearchModel { try await engine.search($0) })
        }

        var body: some Scene {
            WindowGroup {
                SearchView(model: model) { [engine, model] in
                    await engine.forgetMissing { await model.show($0) }
                }
                .task { [engine, model] in await engine.watch { await model.show($0) } }
            }
        }
    }
#else
    /// Without SwiftUI there is nothing to show: this lets the rest be compiled on Linux.
    @main
    struct ExampleApp {
        static func main() {}
    }
#endif
