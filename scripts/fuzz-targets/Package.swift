// swift-tools-version: 6.2
import PackageDescription

// What scripts/fuzz builds: one program without main() for each target; libFuzzer brings main(). What they run is
// Tests/CodecFuzzing. A package of its own, so that nobody else builds it.
let package = Package(
    name: "fuzz-targets",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tugi", path: "../..")],
    targets: ["frames", "server", "client", "inflate"].map { name in
        .executableTarget(
            name: "fuzz-\(name)",
            dependencies: [.product(name: "CodecFuzzing", package: "tugi")], path: "Sources/\(name)",
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    }
)
