// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "laboratory",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "substrata", path: "../..")],
  targets: [
    // A folder called `substrates` around it makes it a substrate.
    .target(
      name: "LeakyCapacitor",
      dependencies: [
        .product(name: "SubstrateCore", package: "substrata"),
        .product(name: "StochasticThermodynamics", package: "substrata"),
      ],
      path: "substrates/LeakyCapacitor"),
    // The tool with this substrate and the built-in ones.
    .executableTarget(
      name: "laboratory",
      dependencies: [
        "LeakyCapacitor",
        .product(name: "SubstrateCore", package: "substrata"),
        .product(name: "SubstrataCommand", package: "substrata"),
        .product(name: "Substrates", package: "substrata"),
      ],
      plugins: [.plugin(name: "SubstrateRegistry", package: "substrata")]),
    .testTarget(
      name: "LeakyCapacitorTests",
      dependencies: [
        "LeakyCapacitor",
        .product(name: "SubstrateCore", package: "substrata"),
        .product(name: "SubstrateLaws", package: "substrata"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
