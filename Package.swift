// swift-tools-version: 6.2
import PackageDescription

// One package. The plan of the rooms is in Sources/README.md; arrows between targets run downwards only.

/// Settings that every target of ours is built with: Swift 6 mode, warnings are errors, imports are internal
/// unless said otherwise, and an async function runs where its caller runs.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }

let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

/// A target of ours with the common settings.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A service's target: all five have one shape, so they see the same rooms.
func service(_ name: String, _ more: [Target.Dependency] = []) -> Target {
    room(
        name,
        ["ServiceKit", "RPC", "Store", "Contracts", "Security", logging, protobuf, lifecycle]
            + more)
}

/// An executable shell around a service.
func program(_ name: String, _ service: String, _ more: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name, dependencies: [.byName(name: service), "ServiceKit", argumentParser] + more,
        swiftSettings: settings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources,
        swiftSettings: settings)
}

let package = Package(
    name: "tugi",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tugi-registry", targets: ["tugi-registry"]),
        .executable(name: "tugi-risk", targets: ["tugi-risk"]),
        .executable(name: "tugi-referral", targets: ["tugi-referral"]),
        .executable(name: "tugi-training", targets: ["tugi-training"]),
        .executable(name: "tugi-gateway", targets: ["tugi-gateway"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),

        room("Codec", ["CZlib", nio("NIOCore")]),
        room("Security", ["COpenSSL", nio("NIOCore"), nio("NIOTLS")]),
        room(
            "RPC",
            [
                "CMalloc", "Codec", "Security", nio("NIOCore"), nio("NIOPosix"), nio("NIOTLS"), protobuf,
                logging, metrics,
            ]),
        room("Contracts", ["RPC", protobuf]),
        room(
            "Store",
            [
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        room("Tables", []),
        room("Rosters", ["Tables"]),
        room("Linkage", []),
        room("Directory", []),
        room("HumanServices", []),
        room("Disclosure", []),
        room(
            "ServiceKit",
            [
                "RPC", "Contracts", "Store", "Security", nio("NIOCore"), protobuf, logging, argumentParser,
                lifecycle, signals,
            ]),

        service("Registry", ["Linkage", "Tables", "Directory", "HumanServices", "Disclosure"]),
        service("RiskScoring", ["Tables"]),
        service("ReferralRouting"),
        service("TrainingScheduling"),
        room(
            "Gateway",
            [
                "ServiceKit", "RPC", "Contracts", "Security", nio("NIOCore"), logging, protobuf,
                lifecycle, signals,
            ]),
        // What is shipped for the county travels inside the program: there is no file to find or to lose.
        .target(
            name: "Operator",
            dependencies: [
                "RPC", "Contracts", "Security", "Tables", "Rosters", "Disclosure", nio("NIOCore"),
                argumentParser,
                protobuf, logging,
            ], resources: [.embedInCode("Shipped")], swiftSettings: settings),

        program("tugi-registry", "Registry"),
        program("tugi-risk", "RiskScoring"),
        program("tugi-referral", "ReferralRouting"),
        program("tugi-training", "TrainingScheduling"),
        program("tugi-gateway", "Gateway", ["Operator", logging]),
    ]
)

// What is deployed is built without the tests (scripts/programs): they need packages and time of their own.
if Context.environment["PROGRAMS_ONLY"] == nil {
    // For the package of fuzz targets (scripts/fuzz).
    package.products.append(.library(name: "CodecFuzzing", targets: ["CodecFuzzing"]))
    package.targets += [
        .target(
            name: "TestSupport",
            dependencies: [
                "ServiceKit", "RPC", "Contracts", "Store", "Security", protobuf, logging,
                subprocess,
            ],
            path: "Tests/TestSupport", swiftSettings: settings),

        .target(
            name: "CodecFuzzing", dependencies: ["Codec", nio("NIOCore")], path: "Tests/CodecFuzzing",
            swiftSettings: settings),
        tests(
            "CodecTests",
            ["Codec", "CodecFuzzing", nio("NIOCore"), nio("NIOTestUtils"), nio("NIOEmbedded")],
            exclude: ["Failures"]),
        tests(
            "SecurityTests",
            ["Security", nio("NIOCore"), nio("NIOPosix"), nio("NIOTLS"), nio("NIOEmbedded"), subprocess]),
        tests(
            "RPCTests",
            [
                "RPC", "Codec", "Security", nio("NIOCore"), nio("NIOPosix"), nio("NIOTLS"),
                nio("NIOEmbedded"), protobuf, logging, subprocess,
            ]),
        tests("ContractsTests", ["Contracts", "RPC", protobuf]),
        tests("StoreTests", ["Store"]),
        tests("TablesTests", ["Tables"]),
        tests("RostersTests", ["Rosters", "Tables"]),
        tests("LinkageTests", ["Linkage"], exclude: ["Febrl"]),
        tests("DirectoryTests", ["Directory"]),
        tests("DisclosureTests", ["Disclosure"]),
        tests(
            "HumanServicesTests", ["HumanServices"], exclude: ["HSDS"]),
        tests(
            "ServiceKitTests",
            [
                "TestSupport", "ServiceKit", "RPC", "Contracts", "Store", "Security", nio("NIOCore"),
                protobuf,
                logging, argumentParser,
            ]),
        tests(
            "RegistryTests",
            [
                "TestSupport", "Registry", "HumanServices", "ServiceKit", "RPC", "Contracts", "Store",
                "Security", "Tables", protobuf,
                logging,
            ]),
        tests(
            "RiskScoringTests",
            [
                "TestSupport", "RiskScoring", "ServiceKit", "RPC", "Contracts", "Store", "Security", protobuf,
                logging,
            ]),
        tests(
            "ReferralRoutingTests",
            [
                "TestSupport", "ReferralRouting", "ServiceKit", "RPC", "Contracts", "Store", "Security",
                protobuf, logging,
            ]),
        tests(
            "TrainingSchedulingTests",
            [
                "TestSupport", "TrainingScheduling", "ServiceKit", "RPC", "Contracts", "Store", "Security",
                protobuf, logging,
            ]),
        tests(
            "GatewayTests",
            [
                "TestSupport", "Gateway", "ServiceKit", "RPC", "Contracts", "Store", "Security",
                nio("NIOCore"), protobuf, logging,
            ]),
        tests("OperatorTests", ["Operator", "RPC", "Contracts", "Security", argumentParser, protobuf]),
        // The server and the client that scripts/conformance drives; nobody ships it.
        .executableTarget(
            name: "conformance-program",
            dependencies: ["RPC", "Security", nio("NIOCore"), protobuf, logging],
            path: "Tests/ConformanceProgram", exclude: ["Protocol"], swiftSettings: settings),
        tests(
            "SystemTests",
            ["TestSupport", "ServiceKit", "RPC", "Contracts", "Security", subprocess, protobuf, logging]),
    ]
}

// What `scripts/bench rpc` measures; nobody else builds it.
if Context.environment["RPC_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "rpc-bench",
            dependencies: [
                "ServiceKit", "RPC", "Contracts", "Store", "Security", nio("NIOCore"), protobuf, logging,
            ],
            path: "scripts/bench-rpc", swiftSettings: settings))
}

// What `scripts/bench linkage` measures; nobody else builds it.
if Context.environment["LINKAGE_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "linkage-bench", dependencies: ["Linkage"], path: "scripts/bench-linkage",
            swiftSettings: settings))
}
