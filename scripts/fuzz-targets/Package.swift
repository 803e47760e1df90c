// swift-tools-version: 6.2
import PackageDescription

// What scripts/fuzz builds: a program without main(), which libFuzzer brings. What it runs is Tests/CodecFuzzing.
// A package of its own, so that nobody else builds it.
let package = Package(
    name: "fuzz-targets",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tugi", path: "../..")],
    targets: [
        .executableTarget(
            name: "fuzz", dependencies: [.product(name: "CodecFuzzing", package: "tugi")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    ]
)
