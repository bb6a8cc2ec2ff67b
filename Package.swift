// swift-tools-version: 6.0
import PackageDescription

/// All that lies beside the sources and the resource of `PhotoSearchBuiltin`. Written down, as SwiftPM
/// keeps what a manifest says until its text changes; tests/test_swift_package.py compares.
let notBuiltin =
    [
        "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "NOTICE", "README.md",
        "SECURITY.md", "constraints.txt", "docs", "export", "mkdocs.yml", "notebooks",
        "pyproject.toml", "tests",
    ]
    + ["Checks", "Examples", "Fixtures", "Fuzz", "Stubs", "Tests"].map { "swift/\($0)" }
    + [
        "CPhotoSearchKernels", "CSQLite", "FaissFormat", "PhotoSearch", "PhotoSearchCoreML",
        "PhotoSearchIntents", "PhotoSearchPhotos", "photosearch-swift",
    ].map { "swift/Sources/\($0)" }
    + [
        "__init__.py", "__main__.py", "atomic.py", "blobs.py", "bundle", "cli", "contract.py",
        "coreml", "data", "display", "drawing.py", "encoder.py", "errors.py", "evaluate", "images",
        "index", "lazy.py", "manifest.py", "models", "page.css.jinja", "progress.py", "py.typed",
        "query", "records.py", "release", "search", "shorten.py", "template.py", "testing",
        "text", "train", "types.py", "verify", "weight_file.py", "weights.py",
    ].map { "photosearch/\($0)" }
    + ["photosearch/assets/LOG.md"]

// What a target says of privacy, and what it says to people. Apps are built on macOS; elsewhere a
// resource would only bring in Foundation, for its accessor.
let catalog = "Localizable.xcstrings"
#if os(macOS)
    let privacy: [Resource] = [.copy("PrivacyInfo.xcprivacy")]
    let texts = privacy + [.process(catalog)]
    let noPrivacy: [String] = []
    let noTexts = noPrivacy
#else
    let privacy: [Resource] = []
    let texts = privacy
    let noPrivacy = ["PrivacyInfo.xcprivacy"]
    let noTexts = noPrivacy + [catalog]
#endif

let package = Package(
    name: "photosearch",
    defaultLocalization: "en",
    platforms: [.iOS(.v16), .macOS(.v13), .tvOS(.v16), .visionOS(.v1)],
    products: [
        .library(name: "FaissFormat", targets: ["FaissFormat"]),
        .library(name: "PhotoSearch", targets: ["PhotoSearch"]),
        .library(name: "PhotoSearchBuiltin", targets: ["PhotoSearchBuiltin"]),
        .library(name: "PhotoSearchCoreML", targets: ["PhotoSearchCoreML"]),
        .library(name: "PhotoSearchIntents", targets: ["PhotoSearchIntents"]),
        .library(name: "PhotoSearchPhotos", targets: ["PhotoSearchPhotos"]),
        .executable(name: "photosearch-swift", targets: ["photosearch-swift"]),
    ],
    targets: [
        .target(name: "CPhotoSearchKernels", path: "swift/Sources/CPhotoSearchKernels"),
        // On Apple's systems, SQLite is a module of the SDK.
        .systemLibrary(
            name: "CSQLite",
            path: "swift/Sources/CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .target(
            name: "FaissFormat",
            dependencies: ["CPhotoSearchKernels"],
            path: "swift/Sources/FaissFormat",
            exclude: noPrivacy,
            resources: privacy
        ),
        .target(
            name: "PhotoSearch",
            dependencies: [
                "CPhotoSearchKernels", "FaissFormat",
                .target(name: "CSQLite", condition: .when(platforms: [.linux])),
            ],
            path: "swift/Sources/PhotoSearch",
            exclude: noTexts,
            resources: texts
        ),
        .target(
            name: "PhotoSearchCoreML",
            dependencies: ["PhotoSearch"],
            path: "swift/Sources/PhotoSearchCoreML",
            exclude: noPrivacy,
            resources: privacy
        ),
        .target(
            name: "PhotoSearchPhotos",
            dependencies: ["PhotoSearch", "PhotoSearchCoreML"],
            path: "swift/Sources/PhotoSearchPhotos",
            exclude: noTexts,
            resources: texts
        ),
        .target(
            name: "PhotoSearchIntents",
            dependencies: ["PhotoSearch"],
            path: "swift/Sources/PhotoSearchIntents",
            exclude: noPrivacy,
            resources: privacy
        ),
        // SwiftPM copies a link as a link, so the bundle is taken from where Python has it
        .target(
            name: "PhotoSearchBuiltin",
            dependencies: ["PhotoSearch"],
            path: ".",
            exclude: notBuiltin,
            sources: ["swift/Sources/PhotoSearchBuiltin/BuiltinModel.swift"],
            resources: [.copy("photosearch/assets/builtin.photomodel")]
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
            dependencies: ["PhotoSearch", "FaissFormat", "CPhotoSearchKernels"],
            path: "swift/Tests/PhotoSearchTests"
        ),
        .testTarget(
            name: "PhotoSearchBuiltinTests",
            dependencies: ["PhotoSearchBuiltin", "PhotoSearchCoreML"],
            path: "swift/Tests/PhotoSearchBuiltinTests"
        ),
        .testTarget(
            name: "PhotoSearchCoreMLTests",
            dependencies: ["PhotoSearchCoreML", "PhotoSearch"],
            path: "swift/Tests/PhotoSearchCoreMLTests"
        ),
        .testTarget(
            name: "PhotoSearchPhotosTests",
            dependencies: ["PhotoSearchPhotos", "PhotoSearch"],
            path: "swift/Tests/PhotoSearchPhotosTests"
        ),
        .testTarget(
            name: "PhotoSearchIntentsTests",
            dependencies: ["PhotoSearchIntents", "PhotoSearch"],
            path: "swift/Tests/PhotoSearchIntentsTests"
        ),
        // What the documents show, compiled
        .testTarget(
            name: "DocumentationTests",
            dependencies: ["PhotoSearchBuiltin", "PhotoSearchIntents", "PhotoSearchPhotos"],
            path: "swift/Tests/DocumentationTests"
        ),
    ],
    swiftLanguageModes: [.v6]
)

#if os(Linux)
    // Apple's modules without their contents; see swift/Stubs/README.md
    if let variant = Context.environment["PHOTOSEARCH_APPLE_STUBS"] {
        let settings: [SwiftSetting] = variant == "1" ? [.define("PHOTOSEARCH_STUBS_SENDABLE")] : []
        let isMac = variant == "mac"
        let kit = isMac ? "AppKit" : "UIKit"
        var stubs = [
            "CoreVideo": [], "CoreML": ["CoreVideo"], "CoreGraphics": ["CoreVideo"],
            "ImageIO": ["CoreGraphics"], "CoreLocation": [], kit: ["CoreGraphics"],
            "Photos": ["CoreLocation", "ImageIO", kit], "os": [], "CoreSpotlight": [],
            "AppIntents": ["CoreSpotlight"], "Vision": ["CoreGraphics"],
        ]
        if !isMac { stubs["BackgroundTasks"] = [] }
        package.targets += stubs.map { name, dependencies in
            .target(
                name: name, dependencies: dependencies.map { .target(name: $0) },
                path: "swift/Stubs/\(name)", swiftSettings: settings)
        }
        for target in package.targets {
            switch target.name {
            case "PhotoSearch": target.dependencies.append(.target(name: "os"))
            case "PhotoSearchCoreML", "PhotoSearchIntents", "PhotoSearchPhotos":
                target.dependencies += stubs.keys.sorted().map { .target(name: $0) }
            default: break
            }
        }
    }
#endif

// libFuzzer over the readers; see swift/Fuzz/run
if Context.environment["PHOTOSEARCH_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "photosearch-fuzz",
            dependencies: ["CPhotoSearchKernels", "FaissFormat", "PhotoSearch"],
            path: "swift/Fuzz", exclude: ["run"]))
}
