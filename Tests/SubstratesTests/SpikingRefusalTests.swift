import Networks
import SubstrateCore
import Testing

@testable import Spiking

/// What spiking neurons do not run, and which settings make no sense together.
@Suite struct SpikingRefusalTests {
  func setting(_ network: Network) throws -> Setting<Spiking> {
    Setting(
      substrate: Spiking(), network: network,
      samples: try Samples(
        name: "zeros", width: network.inputCount,
        values: Array(repeating: 0, count: 2 * network.inputCount)))
  }

  @Test(arguments: [
    ["code": "first-spike", "steps": "8"], ["code": "first-spike", "order": "0.5"],
    ["code": "first-spike", "tau": "9"], ["code": "first-spike", "memory": "2"],
    ["code": "first-spike", "prices": "loihi"], ["window": "2"], ["memory": "4"],
    ["order": "0.5", "steps": "8", "memory": "9"],
  ]) func settingsWithoutEffect(values: [String: String]) throws {
    let refusal = try setting(try randomWorkload(seed: 1).network).refusal(of: values)
    #expect(refusal?.reason == .settings)
    #expect(refusal?.detail.contains(";") == true)
  }

  @Test(arguments: [["steps": "0"], ["steps": "4097"], ["order": "0"], ["prices": "abacus"]])
  func valuesOutOfRange(values: [String: String]) throws {
    let setting = try setting(try randomWorkload(seed: 1).network)
    #expect(throws: (any Error).self) { try setting.program(values) }
  }

  @Test func operations() throws {
    var refused: [String: Networks.Operation] = [
      "softmax": .softmax, "tanh": .activation(.tanh), "normalize": .normalize(epsilon: 1),
    ]
    refused["leaky-relu"] = .activation(.leakyReLU(slope: 0.1))
    for (name, operation) in refused {
      var writer = try NetworkWriter([4], seed: 1)
      try writer.add(writer.dense(4, 4))
      try writer.add(operation, "it")
      let refusal = try setting(try writer.network()).refusal(of: [:])
      #expect(refusal?.reason == .operation)
      #expect(refusal?.detail.hasPrefix("'it' (\(name))") == true)
    }
  }

  /// A gate can count spikes, and cannot count a current.
  @Test func gatesBesideCurrents() throws {
    var writer = try NetworkWriter([4], seed: 1)
    try writer.add(writer.dense(4, 4), "drive")
    try writer.add(.activation(.relu), "neurons")
    try writer.add(
      .rearrange(try Rearrangement(shape: try Shape([8]), indices: Array(0..<8))), "both",
      reading: "neurons", "input")
    let axis = try Window.Axis(input: 8, kernel: 2, stride: 2)
    try writer.add(.pool(try Pool(.max, try Window([axis]))), "gate", reading: "both")
    try writer.add(writer.dense(4, 2))
    let setting = try setting(try writer.network())
    #expect(try setting.refusal(of: [:])?.detail.hasPrefix("'gate' (max-pool)") == true)
    // Where inputs are spikes too, it can.
    #expect(try setting.refusal(of: ["code": "first-spike"]) == nil)
  }

  @Test func historiesThatAreTooLong() throws {
    let wide = try Network(
      named: "wide",
      layers: [
        try Dense(
          inputs: 1, weight: Array(repeating: 1, count: 5000),
          bias: Array(repeating: 0, count: 5000))
      ], activation: nil)
    var builder = Network.Builder(input: wide.nodes[0].shape)
    try builder.add(wide.nodes[1].operation, named: "drive", reading: ["input"])
    try builder.add(.activation(.relu), named: "neurons", reading: ["drive"])
    let setting = try setting(try builder.network(named: "wide", output: "neurons"))
    let values = ["order": "0.5", "steps": "4096"]
    #expect(try setting.refusal(of: values)?.reason == .size)
    #expect(
      try setting.refusal(of: values.merging(["memory": "100"]) { $1 }) == nil)
  }
}
