// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "photosearch",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [
        .library(name: "FaissFormat", targets: ["FaissFormat"]),
        .executable(name: "photosearch-swift", targets: ["photosearch-swift"]),
    ],
    targets: [
        .target(name: "CPhotoSearchKernels", path: "swift/Sources/CPhotoSearchKernels"),
        .target(
            name: "FaissFormat",
            dependencies: ["CPhotoSearchKernels"],
            path: "swift/Sources/FaissFormat"
        ),
        .executableTarget(
            name: "photosearch-swift",
            dependencies: ["FaissFormat"],
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
    ],
    swiftLanguageModes: [.v6]
)
