// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "photosearch",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [
        .library(name: "FaissFormat", targets: ["FaissFormat"]),
        .library(name: "PhotoSearch", targets: ["PhotoSearch"]),
        .executable(name: "photosearch-swift", targets: ["photosearch-swift"]),
    ],
    targets: [
        .target(name: "CPhotoSearchKernels", path: "swift/Sources/CPhotoSearchKernels"),
        .target(
            name: "FaissFormat",
            dependencies: ["CPhotoSearchKernels"],
            path: "swift/Sources/FaissFormat"
        ),
        .target(
            name: "PhotoSearch",
            dependencies: ["CPhotoSearchKernels", "FaissFormat"],
            path: "swift/Sources/PhotoSearch"
        ),
        .executableTarget(
            name: "photosearch-swift",
            dependencies: ["FaissFormat", "PhotoSearch"],
            path: "swift/Sources/photosearch-swift"
        ),
        .testTarget(
            name: "KernelsTests",
            dependencies: ["CPhotoSearchKernels"],
            path: "swift/Tests/KernelsTests"
        ),
        .testTarget(
            name: "FaissFormatTests",
            dependencies: ["FaissFormat", "CPhotoSearchKernels"],
            path: "swift/Tests/FaissFormatTests"
        ),
        .testTarget(
            name: "PhotoSearchTests",
            dependencies: ["PhotoSearch", "CPhotoSearchKernels"],
            path: "swift/Tests/PhotoSearchTests"
        ),
    ],
    swiftLanguageModes: [.v6]
)
