// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library target of this package under Sources/, with the settings all of them share.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [],
  plugins: [Target.PluginUsage] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: strict,
    plugins: plugins)
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
    .executable(name: "substrata-bench", targets: ["substrata-bench"]),
    .library(name: "StochasticThermodynamics", targets: ["StochasticThermodynamics"]),
  ],
  targets: [
    // MARK: What everything stands on
    .target(name: "Kernels"),
    module("Quantities"),
    module(
      "Networks", ["Kernels", "Quantities"],
      resources: [.copy("Resources/digits.csv"), .copy("Resources/digits-mlp.json")]),
    module("StochasticThermodynamics", ["Quantities"]),

    .executableTarget(
      name: "substrata-bench",
      dependencies: ["Kernels", "Networks"], swiftSettings: strict),
    .executableTarget(
      name: "train-digits-mlp",
      dependencies: ["Networks", "Quantities", "StochasticThermodynamics"],
      swiftSettings: strict),

    // MARK: Tests
    .target(
      name: "ReferenceFigures", dependencies: ["Networks"], path: "Tests/ReferenceFigures",
      resources: [.copy("physics.json")], swiftSettings: strict),
    tests("NetworksTests", ["Networks", "StochasticThermodynamics"]),
    tests("QuantitiesTests", ["Quantities"]),
    tests(
      "StochasticThermodynamicsTests",
      ["Networks", "Quantities", "ReferenceFigures", "StochasticThermodynamics"]),
  ],
  swiftLanguageModes: [.v6]
)
