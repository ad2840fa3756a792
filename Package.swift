// swift-tools-version: 6.2
import PackageDescription

// Every target is checked for strict memory safety, and a use that is not spelled `unsafe` is an
// error. The word may then appear in `Sources/Tensors/Backend` alone, which `make lint` checks.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// What a generator wrote is not ours to annotate.
let generated: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .enableUpcomingFeature("InternalImportsByDefault"),
]

// Tests drive processes and compare raw kernels, so they are not held to strict memory safety.
let support: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
]

// What takes time in tests is code of the library and of the plain loops that they compare it with, so that to optimise
// them too would only make the build longer.
let testing = support + [.unsafeFlags(["-Onone"])]

let package = Package(
  name: "training-free-nas",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "TrainingFreeNAS", targets: ["TrainingFreeNAS"]),
    .library(name: "Ranking", targets: ["Ranking"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "ResultStore", targets: ["ResultStore"]),
    .executable(name: "tfnas", targets: ["tfnas"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
    .target(
      name: "COpenBLAS",
      linkerSettings: [
        .linkedLibrary("openblas", .when(platforms: [.linux])),
        .linkedFramework("Accelerate", .when(platforms: [.macOS])),
      ]),
    .target(name: "CKernels"),
    .target(name: "CProcess"),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(
      name: "Tensors",
      dependencies: [
        "CKernels", "COneDNN", "COpenBLAS", "CZlib",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(name: "Networks", dependencies: ["Tensors"], swiftSettings: strict),
    .target(
      name: "Operators",
      dependencies: [
        "Networks", "Tensors", .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(name: "Derivatives", dependencies: ["Networks", "Tensors"], swiftSettings: strict),
    .target(
      name: "Formats",
      dependencies: ["Tensors", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: strict),
    .target(name: "Ranking", swiftSettings: strict),
    .target(
      name: "Scoring",
      dependencies: [
        "Derivatives", "Operators", "Networks", "Tensors", "Formats", "Ranking",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "Spaces",
      dependencies: [
        "Scoring", "Operators", "Networks", "Tensors", "Formats", "Ranking",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "SpaceFiles",
      dependencies: [
        "Spaces", "Scoring", "Operators", "Networks", "Tensors", "Formats",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "ONNXSchema",
      dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["onnx.proto"], swiftSettings: generated),
    .target(
      name: "Interchange",
      dependencies: [
        "ONNXSchema", "Derivatives", "Operators", "Networks", "Tensors", "Formats",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "Search", dependencies: ["Spaces", "Scoring", "Networks", "Tensors", "Ranking"],
      swiftSettings: strict),
    .target(
      name: "Studies",
      dependencies: [
        "Spaces", "Scoring", "Derivatives", "Operators", "Networks", "Tensors", "Formats",
        "Ranking", .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "ResultStore",
      dependencies: [
        "Scoring", "Networks", "Formats", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .target(
      name: "Distribution", dependencies: ["Scoring", "Formats"], swiftSettings: strict),
    .target(name: "Figures", swiftSettings: strict),
    .target(
      name: "Watching",
      dependencies: [
        "Distribution", "ResultStore", "Scoring", "Formats", "Figures",
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      swiftSettings: strict),
    .target(
      name: "Reports",
      dependencies: [
        "Distribution", "Studies", "Search", "SpaceFiles", "Spaces", "Scoring", "Interchange",
        "Formats",
        "Networks", "Tensors", "Ranking", "Figures",
      ],
      swiftSettings: strict),
    .target(
      name: "TrainingFreeNAS",
      dependencies: [
        "Studies", "Search", "SpaceFiles", "Spaces", "Scoring", "Interchange", "Formats",
        "Derivatives",
        "Operators", "Networks", "Tensors", "Ranking",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "tfnas",
      dependencies: [
        "CProcess", "Watching", "Reports", "Figures", "Distribution", "ResultStore", "Interchange",
        "Studies", "Search",
        "SpaceFiles", "Spaces", "Scoring", "Formats", "Derivatives", "Operators", "Networks",
        "Tensors",
        "Ranking", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport",
      swiftSettings: testing),
    .target(
      name: "PlainTwins", dependencies: ["Operators", "Networks", "Tensors"],
      path: "Tests/PlainTwins", swiftSettings: support),
    .testTarget(
      name: "TensorsTests", dependencies: ["PlainTwins", "TestSupport", "Tensors"],
      swiftSettings: testing),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "PlainTwins", "TestSupport", "Derivatives", "Operators", "Networks", "Tensors",
      ],
      swiftSettings: testing),
    .testTarget(
      name: "InterchangeTests",
      dependencies: [
        "TestSupport",
        "Interchange", "Spaces", "Formats", "Derivatives", "Operators", "Networks", "Tensors",
      ],
      resources: [.copy("Fixtures")], swiftSettings: testing),
    .testTarget(
      name: "SpaceFilesTests",
      dependencies: [
        "TestSupport",
        "SpaceFiles", "Spaces", "Scoring", "Interchange", "Formats", "Derivatives", "Operators",
        "Networks", "Tensors",
      ],
      swiftSettings: testing),
    .testTarget(
      name: "RankingTests", dependencies: ["TestSupport", "Ranking"], resources: [.copy("Golden")],
      swiftSettings: testing),
    .testTarget(
      name: "SpacesTests",
      dependencies: [
        "PlainTwins", "TestSupport", "Spaces", "Scoring", "Formats", "Derivatives", "Operators",
        "Networks", "Tensors",
      ],
      resources: [.copy("Fixtures")], swiftSettings: testing),
    .testTarget(
      name: "TrainingFreeNASTests",
      dependencies: [
        "PlainTwins", "TestSupport",
        "TrainingFreeNAS", "Studies", "Search", "Spaces", "Scoring", "Interchange", "Formats",
        "Derivatives", "Operators",
        "Networks", "Tensors", "Ranking",
      ],
      resources: [.copy("Golden")], swiftSettings: testing),
    .testTarget(
      name: "ResultStoreTests",
      dependencies: [
        "TestSupport",
        "ResultStore", "TrainingFreeNAS", "Studies", "Search", "Spaces", "Scoring", "Interchange",
        "Formats", "Derivatives", "Operators",
        "Networks", "Tensors", "Ranking",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: testing),
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "TestSupport", "Studies", "Spaces", "Scoring", "Formats", "Operators", "Networks",
        "Tensors", "Ranking",
      ],
      resources: [.copy("Corpus")], swiftSettings: testing),
    .testTarget(
      name: "DistributionTests",
      dependencies: ["TestSupport", "Distribution", "Scoring", "Formats"],
      swiftSettings: testing),
    .testTarget(
      name: "WatchingTests",
      dependencies: [
        "TestSupport", "Watching", "ResultStore", "Distribution", "Scoring", "Formats",
      ],
      swiftSettings: testing),
    .testTarget(name: "FiguresTests", dependencies: ["Figures"], swiftSettings: testing),
    // The command runs as a process of its own. The target does not depend on it, so that both are compiled at the same
    // time; whoever tests builds the whole package.
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "TestSupport",
        "Reports", "Figures", "Distribution", "ResultStore", "TrainingFreeNAS", "Studies", "Search",
        "SpaceFiles", "Spaces", "Scoring", "Interchange", "Formats", "Derivatives", "Operators",
        "Networks", "Tensors", "Ranking",
      ],
      swiftSettings: testing),
    .testTarget(
      name: "ProgramTests", dependencies: ["TestSupport", "tfnas", "TrainingFreeNAS"],
      swiftSettings: testing),
  ]
)
