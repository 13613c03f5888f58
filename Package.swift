// swift-tools-version: 6.2
// The package reads as ARCHITECTURE.md: doors to C libraries, pure modules, the shells, the command.

import PackageDescription

/// Rules that every target obeys.
///
/// Warnings are errors in CI (`make test`), not in a user's build with a newer compiler.
let common: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // The hot loops call small public functions of Bytes and KubeAPI: without this they are calls.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// Pure modules that never touch memory by pointer: the compiler proves it.
let safe: [SwiftSetting] = common + [.strictMemorySafety()]

let package = Package(
    name: "kubeskew",
    products: [.executable(name: "kubeskew", targets: ["kubeskew"])],
    targets: [
        // Doors: C only, no policy.
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // Loads libpcap when it is asked for; only its header is needed to build.
        .target(name: "CPcap"),
        .systemLibrary(
            name: "CCompression", pkgConfig: "libzstd",
            providers: [.apt(["zlib1g-dev", "libisal-dev", "libzstd-dev", "liblzma-dev"])]),
        .systemLibrary(
            name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .target(
            name: "CSimdjson",
            cxxSettings: [.unsafeFlags(["-O3", "-std=c++17"])],
            linkerSettings: [.linkedLibrary("simdjson")]),

        // Pure modules: no Foundation, no file, no clock, no environment.
        .target(name: "Bytes", swiftSettings: common),
        .target(
            name: "KubeAPI", dependencies: ["Bytes"],
            // Data, compiled in as text by .ci/generate; so are the other files left out below.
            exclude: [
                "Catalogue/builtin-apis.tsv", "Catalogue/fields.tsv", "Catalogue/group-order.tsv",
            ],
            swiftSettings: common),
        .target(name: "Judgments", dependencies: ["KubeAPI"], swiftSettings: safe),
        .target(
            name: "Wire",
            dependencies: ["Bytes", "KubeAPI", "CCrypto", "CNghttp2", "CCompression"],
            swiftSettings: common),
        .target(
            name: "AuditLog", dependencies: ["Bytes", "KubeAPI", "CSimdjson", "CCompression"],
            swiftSettings: common
        ),
        .target(
            name: "ControlPlane", dependencies: ["Bytes", "KubeAPI", "Judgments"],
            exclude: ["Facts/facts.tsv"], swiftSettings: common),
        .target(
            name: "Configuration", dependencies: ["Bytes", "KubeAPI", "ControlPlane", "CYAML"],
            exclude: ["Scenarios/scenario.schema.json"], swiftSettings: common),
        .target(
            name: "Replay", dependencies: ["Bytes", "KubeAPI", "Judgments", "ControlPlane"],
            swiftSettings: safe),
        .target(
            name: "Findings",
            dependencies: ["Bytes", "KubeAPI", "Judgments", "ControlPlane", "Replay"],
            swiftSettings: safe),
        .target(
            name: "Planning",
            dependencies: ["Bytes", "KubeAPI", "Judgments", "ControlPlane", "Replay"],
            // Compiled in as text by .ci/generate.d/demand.
            exclude: ["Demand/demand.tsv"], swiftSettings: safe),
        .target(name: "Output", swiftSettings: safe),
        .target(
            name: "Report", dependencies: ["Bytes", "KubeAPI", "Judgments", "Output"],
            exclude: ["Style/page.css", "Style/page.js", "Twins/report.schema.json"],
            swiftSettings: safe),

        // The shells, the way in and the way out: files, threads, SQLite.
        .target(name: "SQLiteKit", dependencies: ["CSQLite"], swiftSettings: common),
        .target(
            name: "Recording", dependencies: ["SQLiteKit", "Judgments", "KubeAPI", "Bytes"],
            swiftSettings: common),
        .target(
            name: "Scrub", dependencies: ["SQLiteKit", "Recording", "KubeAPI", "Bytes"],
            swiftSettings: common),
        .target(
            name: "Capture",
            dependencies: [
                "Bytes", "KubeAPI", "Wire", "AuditLog", "ControlPlane", "Recording", "CPcap",
                "CCompression", "CArchive", "CCrypto",
            ],
            swiftSettings: common),
        .target(name: "Arguments", dependencies: ["Bytes"], swiftSettings: safe),
        .target(
            name: "Analysis",
            dependencies: [
                "Bytes", "KubeAPI", "Judgments", "ControlPlane", "Configuration", "Replay",
                "Findings",
                "Planning", "Recording", "Report", "Output", "Arguments",
            ],
            exclude: ["Schema/views.tsv"], swiftSettings: common),
        .executableTarget(
            name: "kubeskew",
            dependencies: [
                "Bytes", "KubeAPI", "Judgments", "Wire", "AuditLog", "ControlPlane",
                "Configuration",
                "Findings", "Planning", "Output", "Report", "Recording", "Scrub", "Capture",
                "Analysis", "Arguments",
            ],
            swiftSettings: common),

        // Speed, measured by `make bench`, and hostile input, made up by `make fuzz`.
        .executableTarget(
            name: "AuditBenchmark", dependencies: ["AuditLog", "KubeAPI", "CSimdjson"],
            path: "Tests/Benchmarks/AuditBenchmark", swiftSettings: common),
        .executableTarget(
            name: "RecordingBenchmark", dependencies: ["Recording", "KubeAPI", "Bytes"],
            path: "Tests/Benchmarks/RecordingBenchmark", swiftSettings: common),
        .executableTarget(
            name: "ReaderFuzz",
            dependencies: [
                "AuditLog", "Bytes", "Capture", "Configuration", "ControlPlane", "KubeAPI", "Wire",
            ],
            path: "Tests/Fuzz/ReaderFuzz", swiftSettings: common),
        .executableTarget(
            name: "WireBenchmark", dependencies: ["Wire", "KubeAPI", "Bytes"],
            path: "Tests/Benchmarks/WireBenchmark", swiftSettings: common),
        .executableTarget(
            name: "WireFuzz", dependencies: ["Wire", "KubeAPI", "Bytes", "Randomness"],
            path: "Tests/Fuzz/WireFuzz", swiftSettings: common),

        .executableTarget(
            name: "PlanBenchmark",
            dependencies: ["Bytes", "KubeAPI", "Judgments", "ControlPlane", "Replay", "Planning"],
            path: "Tests/Benchmarks/PlanBenchmark", swiftSettings: common),

        .executableTarget(
            name: "ReplayBenchmark",
            dependencies: ["Bytes", "KubeAPI", "Judgments", "ControlPlane", "Replay"],
            path: "Tests/Benchmarks/ReplayBenchmark", swiftSettings: common),

        // Tests: one target per module, named as sentences; CommandTests drives the built binary.
        // JSON Schema, as much of it as the tool's own schemas use.
        .target(
            name: "SchemaChecking", dependencies: ["Configuration"], path: "Tests/SchemaChecking",
            swiftSettings: common),
        .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: common),
        .target(name: "Randomness", path: "Tests/Randomness", swiftSettings: common),
        // Upstream's caches step by step: what the routing table is held against.
        .target(
            name: "Reference",
            dependencies: ["ControlPlane", "Judgments", "KubeAPI", "Bytes", "Randomness"],
            path: "Tests/ControlPlaneTests/Reference", swiftSettings: common),
        .executableTarget(
            name: "RoutingOracle", dependencies: ["Reference", "ControlPlane", "Configuration"],
            path: "Tests/RoutingOracle",
            swiftSettings: common),
        .testTarget(
            name: "KubeAPITests", dependencies: ["KubeAPI", "Bytes", "Reference"],
            exclude: ["Fixtures"],
            swiftSettings: common),
        .testTarget(
            // One table of exchanges runs through both readers.
            name: "WireTests",
            dependencies: ["Wire", "AuditLog", "KubeAPI", "Bytes", "Randomness"],
            exclude: ["Fixtures"], swiftSettings: common),
        .testTarget(
            name: "AuditLogTests", dependencies: ["AuditLog", "KubeAPI", "Bytes", "Randomness"],
            swiftSettings: common),
        .testTarget(
            name: "ControlPlaneTests",
            dependencies: [
                "ControlPlane", "Configuration", "Judgments", "KubeAPI", "Bytes", "Reference",
            ],
            exclude: ["Fixtures", "Reference"],
            swiftSettings: common),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: [
                "Configuration", "ControlPlane", "Judgments", "KubeAPI", "Bytes", "Reference",
                "SchemaChecking",
            ],
            exclude: ["Fixtures"], swiftSettings: common),
        .testTarget(
            name: "ReplayTests",
            dependencies: [
                "Replay", "Judgments", "ControlPlane", "KubeAPI", "Bytes", "Randomness",
            ], swiftSettings: common),
        .testTarget(
            name: "FindingsTests",
            dependencies: ["Findings", "Judgments", "Replay", "ControlPlane", "KubeAPI", "Bytes"],
            swiftSettings: common),
        .testTarget(
            name: "PlanningTests",
            dependencies: [
                "Planning", "Replay", "ControlPlane", "Judgments", "KubeAPI", "Bytes", "Randomness",
            ], swiftSettings: common),
        .testTarget(name: "OutputTests", dependencies: ["Output"], swiftSettings: common),
        .testTarget(
            name: "ReportTests", dependencies: ["Report", "Judgments", "KubeAPI", "Output"],
            swiftSettings: common),
        .testTarget(
            name: "SQLiteKitTests", dependencies: ["SQLiteKit", "Bytes"], swiftSettings: common),
        .testTarget(
            name: "RecordingTests",
            dependencies: ["Recording", "Judgments", "SQLiteKit", "KubeAPI", "Bytes"],
            swiftSettings: common),
        .testTarget(
            name: "CaptureTests",
            dependencies: [
                "Capture", "Recording", "SQLiteKit", "AuditLog", "Wire", "KubeAPI", "Bytes",
                "Randomness",
            ], swiftSettings: common),
        .testTarget(
            name: "AnalysisTests",
            dependencies: ["Analysis", "Judgments", "Output", "Recording", "SQLiteKit"],
            swiftSettings: common),
        .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"], swiftSettings: common),
        .testTarget(name: "LayoutTests", swiftSettings: common),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "kubeskew", "Analysis", "Judgments", "Capture", "ControlPlane", "Configuration",
                "Recording", "SQLiteKit", "KubeAPI",
                "Bytes", "SchemaChecking",
            ],
            exclude: ["Fixtures"], swiftSettings: common),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// `make test-one`: a module's tests alone, with what they reach.
if let module = Context.environment["KUBESKEW_TEST_ONE"], !module.isEmpty {
    var wanted: Set<String> = ["\(module)Tests"]
    for target in package.targets.reversed() where wanted.contains(target.name) {
        for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    package.products.removeAll { _ in !wanted.contains("kubeskew") }
}
