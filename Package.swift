// swift-tools-version: 6.3
import PackageDescription

/// Every physical substrate, in the order of the table. To add one: a folder under substrates/, and
/// one line here. Products, targets and the registry derive from this list.
let substrates = [
  "IrreversibleDigital",
  "DynamicAnalog",
  "QuasiStatic",
  "AdiabaticCMOS",
  "Spiking",
  "MemristorCrossbar",
  "ResistiveNetwork",
]

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library target of this package under Sources/, with the settings all of them share.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
  resources: [Resource] = [], plugins: [Target.PluginUsage] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources,
    swiftSettings: strict, plugins: plugins)
}

/// A plugin that is a command of `swift package`.
func command(
  _ name: String, _ verb: String, _ description: String, permissions: [PluginPermission] = [],
  exclude: [String] = []
) -> Target {
  .plugin(
    name: name,
    capability: .command(
      intent: .custom(verb: verb, description: description), permissions: permissions),
    exclude: exclude)
}

/// A substrate, at its own place or at another.
func substrate(_ name: String, path: String? = nil) -> Target {
  .target(
    name: name,
    dependencies: [
      "AnalogNeurons", "DigitalPrices", "IntegerNetworks", "Kernels", "Networks", "Parameters",
      "PhysicalLaws", "Quantities", "StochasticThermodynamics", "SubstrateCore", "Training",
    ],
    path: path ?? "substrates/\(name)", swiftSettings: strict)
}

/// A test target under Tests/.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [])
  -> Target
{
  .testTarget(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
  name: "substrata",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "substrata", targets: ["substrata"]),
    .executable(name: "substrata-bench", targets: ["substrata-bench"]),
    .library(
      name: "SubstrateCore", targets: ["SubstrateCore", "Networks", "Parameters", "Quantities"]),
    .library(name: "ONNX", targets: ["ONNX"]),
    .library(name: "StochasticThermodynamics", targets: ["StochasticThermodynamics"]),
    .library(name: "PhysicalLaws", targets: ["PhysicalLaws"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Harness", targets: ["Harness"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "SubstrateLaws", targets: ["SubstrateLaws"]),
    .library(name: "Substrates", targets: ["Substrates"]),
    .library(name: "SubstrataCommand", targets: ["SubstrataCommand"]),
  ]
    + [
      "SubstrateRegistry", "CompareSubstrates", "SubstrateReport", "CheckSubstrates",
      "NewSubstrate",
    ]
    .map { .plugin(name: $0, targets: [$0]) }
    + substrates.map { .library(name: $0, targets: [$0]) },
  targets: [
    // MARK: What everything stands on
    .target(name: "Kernels"),
    module("Quantities"),
    module(
      "Networks", ["Kernels", "Quantities"],
      resources: [.copy("Resources/digits.csv"), .copy("Resources/digits-mlp.json")]),
    module("ONNX", ["Networks"]),
    module("StochasticThermodynamics", ["Kernels", "Quantities"]),

    // MARK: The contract, and what runs it
    module("Parameters", ["Quantities"]),
    module("SubstrateCore", ["Networks", "Parameters", "Quantities"]),
    module(
      "AnalogNeurons",
      ["Networks", "Parameters", "Quantities", "StochasticThermodynamics", "SubstrateCore"]),
    module(
      "IntegerNetworks",
      ["Networks", "Quantities", "StochasticThermodynamics", "SubstrateCore"]),
    module("DigitalPrices", ["Quantities"]),
    module(
      "PhysicalLaws",
      ["Networks", "Parameters", "Quantities", "StochasticThermodynamics", "SubstrateCore"]),
    module(
      "Training",
      [
        "Kernels", "Networks", "Parameters", "Quantities", "StochasticThermodynamics",
        "SubstrateCore",
      ]),
    module(
      "Harness",
      [
        "Networks", "Parameters", "Quantities", "StochasticThermodynamics", "SubstrateCore",
        "Training",
      ]),
    module(
      "SubstrateLaws",
      ["Harness", "Networks", "Parameters", "PhysicalLaws", "Quantities", "SubstrateCore"]),
    module(
      "Reports",
      ["Harness", "Parameters", "PhysicalLaws", "Quantities", "SubstrateCore", "SubstrateLaws"],
      exclude: ["Schemas"]),

    // MARK: What people run
    module(
      "Substrates", ["SubstrateCore"] + substrates.map { .target(name: $0) },
      plugins: ["SubstrateRegistry"]),
    module(
      "SubstrataCommand",
      [
        "Harness", "Networks", "ONNX", "Parameters", "PhysicalLaws", "Quantities", "Reports",
        "SubstrateCore", "SubstrateLaws", "Training",
      ]),
    .executableTarget(
      name: "substrata", dependencies: ["SubstrataCommand", "Substrates"], swiftSettings: strict),
    .executableTarget(
      name: "substrata-bench",
      dependencies: [
        "Harness", "Kernels", "Networks", "ONNX", "Parameters", "QuasiStatic", "Quantities",
        "StochasticThermodynamics", "SubstrateCore", "Substrates", "Training",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "train-digits-mlp",
      dependencies: ["Networks", "Quantities", "StochasticThermodynamics"],
      swiftSettings: strict),
    .plugin(name: "SubstrateRegistry", capability: .buildTool()),
    command(
      "CompareSubstrates", "compare-substrates", "what one inference costs on each substrate"),
    command(
      "SubstrateReport", "substrate-report", "the same as a file to be opened; prints its path"),
    command("CheckSubstrates", "check-substrates", "laws of physics, measured against predicted"),
    command(
      "NewSubstrate", "new-substrate", "a substrate to start from, in a folder of its own",
      permissions: [.writeToPackageDirectory(reason: "it adds a substrate")], exclude: ["Template"]),
    substrate("Template", path: "Plugins/NewSubstrate/Template"),

    // MARK: Tests
    .target(
      name: "ReferenceFigures", dependencies: ["Networks"], path: "Tests/ReferenceFigures",
      resources: [.copy("physics.json")], swiftSettings: strict),
    tests("NetworksTests", ["Networks", "StochasticThermodynamics"]),
    tests(
      "ONNXTests", ["Networks", "ONNX", "StochasticThermodynamics"], resources: [.copy("Fixtures")]),
    tests("QuantitiesTests", ["Quantities"]),
    tests(
      "StochasticThermodynamicsTests",
      ["Kernels", "Networks", "Quantities", "ReferenceFigures", "StochasticThermodynamics"]),
    tests(
      "PhysicalLawsTests",
      [
        "Networks", "Parameters", "PhysicalLaws", "Quantities", "Reports",
        "StochasticThermodynamics", "SubstrateCore", "Substrates",
      ]),
    tests(
      "HarnessTests",
      [
        "Harness", "Networks", "Parameters", "Quantities", "StochasticThermodynamics",
        "SubstrateCore", "Substrates", "Training",
      ]),
    tests(
      "ReportsTests",
      ["Harness", "Networks", "Parameters", "Quantities", "Reports", "SubstrateCore"],
      resources: [.copy("Snapshots")]),
    .target(
      name: "Liars", dependencies: ["Networks", "Parameters", "Quantities", "SubstrateCore"],
      path: "Tests/Liars", swiftSettings: strict),
    .executableTarget(
      name: "lying-substrata", dependencies: ["Liars", "SubstrataCommand", "SubstrateCore"],
      path: "Tests/LyingTool", swiftSettings: strict),
    tests("SubstrateLawsTests", ["Liars", "SubstrateCore", "SubstrateLaws", "Substrates"]),
    tests(
      "TrainingTests",
      [
        "Networks", "Quantities", "StochasticThermodynamics", "SubstrateCore", "Training",
      ]),
    tests("PackageTests", ["Parameters", "Quantities", "SubstrateCore", "Substrates"]),
    tests(
      "CommandTests",
      [
        "Harness", "Liars", "Networks", "PhysicalLaws", "Quantities", "Reports",
        "StochasticThermodynamics", "SubstrataCommand", "SubstrateCore", "SubstrateLaws",
        "lying-substrata", "substrata",
      ]),
    tests(
      "SubstratesTests",
      [
        "Networks", "Parameters", "PhysicalLaws", "Quantities", "ReferenceFigures",
        "StochasticThermodynamics", "SubstrateCore", "SubstrateLaws", "Template",
      ] + substrates.map { .target(name: $0) }),
  ] + substrates.map { substrate($0) },
  swiftLanguageModes: [.v6]
)
