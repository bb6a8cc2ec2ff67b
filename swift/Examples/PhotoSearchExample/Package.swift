// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "PhotoSearchExample",
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
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
