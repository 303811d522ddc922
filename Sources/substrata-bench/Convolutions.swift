internal import Kernels
internal import Networks
internal import StochasticThermodynamics

/// Multiply–adds per second of convolutions of usual shapes, and how close that is to what one core can
/// do.
enum ConvolutionBenchmark {
  private struct Case {
    let name: String
    let inputs: Int
    let outputs: Int
    let groups: Int
    let size: Int
    let kernel: Int
    let padding: Int

    func network() throws -> Network {
      let axis = try Window.Axis(input: size, kernel: kernel, before: padding, after: padding)
      var noise = GaussianStream(seed: 1, purpose: "bench weights")
      let count = outputs * inputs / groups * kernel * kernel
      let convolution = try Convolution(
        Window([axis, axis]), inputChannels: inputs, outputChannels: outputs, groups: groups,
        weight: (0..<count).map { _ in Float(0.1 * noise.next()) },
        bias: Array(repeating: 0, count: outputs))
      var builder = Network.Builder(input: try Shape([inputs, size, size]))
      try builder.add(.convolution(convolution), named: "y", reading: [Network.Builder.input])
      return try builder.network(named: name, output: "y")
    }
  }

  private static let cases = [
    Case(
      name: "1 to 6, 5x5 on 28x28", inputs: 1, outputs: 6, groups: 1, size: 28, kernel: 5,
      padding: 0),
    Case(
      name: "6 to 16, 5x5 on 12x12", inputs: 6, outputs: 16, groups: 1, size: 12, kernel: 5,
      padding: 0),
    Case(
      name: "64 to 64, 3x3 on 16x16", inputs: 64, outputs: 64, groups: 1, size: 16, kernel: 3,
      padding: 1),
    Case(
      name: "64 to 64, 1x1 on 16x16", inputs: 64, outputs: 64, groups: 1, size: 16, kernel: 1,
      padding: 0),
    Case(
      name: "depthwise, 3x3 on 64 of 16x16", inputs: 64, outputs: 64, groups: 64, size: 16,
      kernel: 3, padding: 1),
  ]

  static func run(arguments: [String]) throws {
    guard arguments.isEmpty else { fail("convolution takes no options") }
    for it in cases {
      for lanes in [16, 32, 64] {
        let network = try it.network()
        let engine = LayerEngine<Float>(network)
        let workspace = LayerWorkspace(engine, lanes: lanes)
        for place in 0..<workspace.inputs.count {
          workspace.inputs.pointer[place] = Float(place % 17) / 16
        }
        let gradient = Block<Float>(rows: network.inputCount, lanes: lanes)
        let work = Double(network.multiplyAccumulates * lanes)
        // Limit and rate by turns, so that both see the same machine.
        var (limit, forward, back) = (0.0, 0.0, 0.0)
        for _ in 0..<3 {
          limit = max(limit, ArithmeticLimit.multiplyAdds())
          // The layer is linear in the inputs, so this is the convolution alone.
          forward = max(forward, rate(work) { engine.project(workspace) })
          back = max(back, rate(work) { engine.pullbackToInputs(into: gradient, in: workspace) })
        }
        func rounded(_ x: Double) -> Double { (x * 100).rounded() / 100 }
        print(
          "{\"benchmark\":\"convolution\",\"shape\":\"\(it.name)\",\"lanes\":\(lanes),"
            + "\"gflop_per_s\":\(rounded(2e-9 * forward)),"
            + "\"share_of_arithmetic_limit\":\(rounded(forward / limit)),"
            + "\"share_of_pullback\":\(rounded(back / limit)),"
            + "\"level\":\"\(String(cString: kernels_level()))\"}")
      }
    }
  }

  /// The best of some runs of about ten milliseconds.
  private static func rate(_ work: Double, _ body: () -> Void) -> Double {
    let turns = max(1, Int(4e8 / work))
    var best = Double.infinity
    for _ in 0..<8 {
      let start = ContinuousClock.now
      for _ in 0..<turns { body() }
      best = min(best, start.duration(to: .now) / .seconds(1))
    }
    return work * Double(turns) / best
  }
}
