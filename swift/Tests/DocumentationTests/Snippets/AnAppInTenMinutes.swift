import Foundation
import PhotoSearch
import PhotoSearchBuiltin
import PhotoSearchPhotos

#if canImport(SwiftUI) && canImport(Photos)
    import SwiftUI

    struct ContentView: View {
        @StateObject private var searcher = PhotoSearcher { try BuiltinModel.bundle() }

        var body: some View {
            NavigationStack {
                List(searcher.results) { Text($0.best.localIdentifier) }
                    .searchable(text: $searcher.text)
            }
            .task { await searcher.run() }
        }
    }

    struct ContentViewWithText: View {
        @StateObject private var searcher = PhotoSearcher(readsText: true) {
            try BuiltinModel.bundle()
        }

        var body: some View {
            List(searcher.results) { Text($0.best.localIdentifier) }
        }
    }
#endif

#if canImport(CoreGraphics) && canImport(Photos)
    import CoreGraphics
    import PhotoSearchCoreML

    func thumbnail(of hit: Hit, pixels: Int) async -> CGImage? {
        let answer = await PhotoKitLibrary().picture(of: hit.localIdentifier, atLeast: pixels)
        guard case .found(let picture) = answer else { return nil }
        return picture.cgImage
    }
#endif

@MainActor func moreLike(_ hit: Hit, _ searcher: PhotoSearcher) async throws -> [Hit] {
    let like = try await searcher.similar(to: hit)
    return like
}

@MainActor func belowTheSurface(_ searcher: PhotoSearcher) async throws {
    let parts = try await searcher.parts()
    let status = try await parts.store.index.status()
    print(status.indexed, status.pending, status.failed)
}
