// swift-tools-version: 6.0
import PackageDescription

#if canImport(AppleProductTypes)
    import AppleProductTypes  // Xcode and Swift Playgrounds open this folder as an app
#endif

let package = Package(
    name: "PhotoSearchExample",
    defaultLocalization: "en",
    platforms: [.iOS(.v16), .macOS(.v13)],
    dependencies: [.package(name: "photosearch", path: "../../..")],
    targets: [
        .executableTarget(
            name: "PhotoSearchExample",
            dependencies: [
                .product(name: "PhotoSearch", package: "photosearch"),
                .product(name: "PhotoSearchBuiltin", package: "photosearch"),
                .product(name: "PhotoSearchCoreML", package: "photosearch"),
                .product(name: "PhotoSearchPhotos", package: "photosearch"),
            ],
            resources: [.process("Localizable.xcstrings")]
        )
    ],
    swiftLanguageModes: [.v6]
)

#if canImport(AppleProductTypes)
    package.products = [
        .iOSApplication(
            name: "PhotoSearchExample",
            targets: ["PhotoSearchExample"],
            bundleIdentifier: "org.example.PhotoSearch",
            displayVersion: "1.0",
            bundleVersion: "1",
            appIcon: .placeholder(icon: .camera),
            accentColor: .presetColor(.blue),
            supportedDeviceFamilies: [.pad, .phone],
            supportedInterfaceOrientations: [.portrait, .landscapeLeft, .landscapeRight],
            capabilities: [.photoLibrary(purposeString: "To find your photos by words.")],
            additionalInfoPlistContentFilePath: "Info.plist"
        )
    ]
#endif
