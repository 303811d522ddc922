import Foundation
import Harness
import Networks
import Quantities
import StochasticThermodynamics
import SubstrateCore
import Substrates
import Testing

/// Every registered substrate on every kind of workload: what must hold of each result.
@Suite struct MatrixTests {
  static let workloads = [
    "digits", "tanh", "sigmoid", "leaky", "linear", "residual", "softmax", "two branches",
    "one neuron", "wide values", "tiny values", "silent", "duplicates", "one class",
  ]

  @Test(arguments: workloads) func everySubstrateRuns(name: String) throws {
    let workload = try Self.workload(name)
    let selections = registry.map { Selection($0) }
    let lineup = try Lineup(selections, for: workload, at: Kelvin(300))
    let comparison = try lineup.compare(seed: 5, threads: 2)
    let takers = registry.filter { Self.takes($0, workload.network) }.map(\.card.id)
    #expect(takers.starts(with: ["digital", "dynamic-analog", "quasi-static"]))
    #expect(comparison.results.map(\.substrate) == takers)
    #expect(comparison.refused.count == registry.count - takers.count)
    #expect(comparison.refused.allSatisfy { $0.reason == .operation })
    for result in comparison.results { try check(result, on: workload) }

    // What is written is what was meant, and does not depend on who computed it.
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data = try encoder.encode(comparison)
    #expect(try JSONDecoder().decode(Comparison.self, from: data) == comparison)
    #expect(try encoder.encode(lineup.compare(seed: 5, threads: 1)) == data)
  }

  /// Whether a substrate's card refuses none of a network's operations.
  static func takes(_ substrate: any Substrate, _ network: Network) -> Bool {
    let meaning = substrate.card.meaning
    return !network.nodes.dropFirst().contains {
      if case .refused = meaning($0.operation.kind) { true } else { false }
    }
  }

  func check(_ result: Comparison.Result, on workload: Workload) throws {
    let name: Comment = "\(result.substrate) on \(workload.network.name)"
    let energy = try #require(result.energy.thermalEnergy, name)
    #expect(energy >= 0, name)
    #expect(try #require(result.latency, name) > 0, name)
    #expect(result.verdict == .settled, name)
    // A substrate's floors of its whole inference are theorems about its energy; those of the reset
    // alone bound a part of it. Conventions are never compared.
    for limit in result.limits where limit.kind == .floor {
      #expect(limit.thermalEnergy >= 0, name)
      if ["transport", "reversible", "information"].contains(limit.name) {
        #expect(energy >= limit.thermalEnergy * (1 - 1e-9) - 1e-20, name)
      }
    }
    // Books close to the accuracy of the integration.
    let drawn = try #require(result.flows.drawn, name)
    let residual = try #require(result.flows.integrationResidual, name)
    #expect(abs(residual) <= 3e-3 * drawn + 1e-40, name)
    if let accuracy = result.accuracy { #expect((0...1).contains(accuracy), name) }
    #expect(result.ledger.allSatisfy { $0.joules.isFinite && !$0.source.isEmpty }, name)
  }

  static func workload(_ name: String) throws -> Workload {
    var noise = GaussianStream(seed: 21, purpose: name)
    func dense(_ inputs: Int, _ outputs: Int, scale: Double = 1, bias: Double = 0) throws -> Dense {
      try Dense(
        inputs: inputs,
        weight: (0..<inputs * outputs).map { _ in
          Float(scale * noise.next() * (2 / Double(inputs)).squareRoot())
        },
        bias: (0..<outputs).map { _ in Float(bias + 0.1 * scale * noise.next()) })
    }
    func stack(_ activation: Activation?, _ sizes: [Int] = [4, 6, 5, 3]) throws -> Network {
      try Network(
        named: name, layers: try zip(sizes, sizes.dropFirst()).map { try dense($0, $1) },
        activation: activation)
    }
    func samples(_ width: Int, count: Int = 20, scale: Double = 1, classes: Int = 3) throws
      -> Samples
    {
      try Samples(
        name: name, width: width,
        values: (0..<count * width).map { _ in Float(scale * noise.next()) },
        labels: (0..<count).map { $0 % classes })
    }
    switch name {
    case "digits":
      return try Workload(
        #require(try BuiltIn.model(named: "digits-mlp")),
        on: #require(try BuiltIn.samples(named: "digits")).prefix(24))
    case "tanh": return try Workload(stack(.tanh), on: samples(4))
    case "sigmoid": return try Workload(stack(.sigmoid), on: samples(4))
    case "leaky": return try Workload(stack(.leakyReLU(slope: 0.1)), on: samples(4))
    case "linear": return try Workload(stack(nil), on: samples(4))
    case "residual":
      var builder = Network.Builder(input: try Shape([2, 2]))
      try builder.add(.reshape(Shape(vector: 4)), named: "flat", reading: ["input"])
      try builder.add(.dense(dense(4, 5)), named: "stem", reading: ["flat"])
      try builder.add(.activation(.relu), named: "x", reading: ["stem"])
      try builder.add(.dense(dense(5, 6)), named: "in", reading: ["x"])
      try builder.add(.activation(.tanh), named: "h", reading: ["in"])
      try builder.add(.dense(dense(6, 5)), named: "out", reading: ["h"])
      try builder.add(.add, named: "sum", reading: ["out", "x"])
      try builder.add(.activation(.relu), named: "y", reading: ["sum"])
      try builder.add(.dense(dense(5, 3)), named: "z", reading: ["y"])
      return try Workload(builder.network(named: name, output: "z"), on: samples(4))
    case "softmax":
      var builder = Network.Builder(input: try Shape([4]))
      try builder.add(.dense(dense(4, 3)), named: "z", reading: ["input"])
      try builder.add(.softmax, named: "p", reading: ["z"])
      return try Workload(builder.network(named: name, output: "p"), on: samples(4))
    case "two branches":
      // The inputs are read by two matrices and, without one, by a sum.
      var builder = Network.Builder(input: try Shape([3]))
      try builder.add(.dense(dense(3, 3)), named: "a", reading: ["input"])
      try builder.add(.activation(.relu), named: "b", reading: ["a"])
      try builder.add(.dense(dense(3, 3)), named: "c", reading: ["input"])
      try builder.add(.add, named: "sum", reading: ["b", "c"])
      try builder.add(.add, named: "skip", reading: ["sum", "input"])
      return try Workload(builder.network(named: name, output: "skip"), on: samples(3))
    case "one neuron":
      return try Workload(stack(nil, [1, 1]), on: samples(1, classes: 1))
    case "wide values":
      return try Workload(
        Network(
          named: name, layers: [dense(4, 6, scale: 100), dense(6, 3)], activation: .relu),
        on: samples(4, scale: 1000))
    case "tiny values":
      return try Workload(
        Network(
          named: name, layers: [dense(4, 6, scale: 1e-4), dense(6, 3)], activation: .relu),
        on: samples(4, scale: 1e-3))
    case "silent":
      return try Workload(
        Network(
          named: name, layers: [dense(4, 6, scale: 0.01, bias: -10), dense(6, 3, bias: 1)],
          activation: .relu), on: samples(4))
    case "duplicates":
      let one = try samples(4, count: 3)
      return try Workload(
        stack(.relu),
        on: Samples(
          name: name, width: 4, values: one.values + one.values + one.values,
          labels: one.labels! + one.labels! + one.labels!))
    case "one class": return try Workload(stack(.relu), on: samples(4, classes: 1))
    default: preconditionFailure("no workload '\(name)'")
    }
  }
}
