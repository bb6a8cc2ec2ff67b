#if canImport(AppIntents)
    import AppIntents
    import PhotoSearchIntents
    import PhotoSearchPhotos

    @available(iOS 17, macOS 14, *)
    struct ExampleIntents: AppIntentsPackage {
        static var includedPackages: [any AppIntentsPackage.Type] {
            [PhotoSearchIntentsPackage.self]
        }
    }

    struct ExampleShortcuts: AppShortcutsProvider {
        static var appShortcuts: [AppShortcut] {
            AppShortcut(
                intent: SearchPhotosIntent(), phrases: ["Search my photos in \(.applicationName)"],
                shortTitle: "Search my photos", systemImageName: "photo")
        }
    }

    func beforeAnyView(_ store: IndexStore) {
        IntentPhotos { store.index }.register()
    }

    #if canImport(CoreSpotlight)
        import CoreSpotlight

        @available(iOS 18, macOS 15, *)
        func offerToSpotlight(_ identifiers: [String], of photos: IntentPhotos) async throws {
            let entities = try await photos.entities(identifiers)
            try await CSSearchableIndex(name: "photos").indexAppEntities(entities)
        }
    #endif
#endif
