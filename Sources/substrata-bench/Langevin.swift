internal import Foundation
internal import Harness
internal import Kernels
internal import Networks
internal import QuasiStatic
internal import StochasticThermodynamics
internal import SubstrateCore

/// Neuron-steps per second of driven trajectories, and how close that is to what the processor's
/// arithmetic allows.
enum LangevinBenchmark {
  static func run(arguments: [String]) throws {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    var options = [
      "--model": "64-32-16-10", "--trajectories": "512", "--steps": "4000", "--stiffness": "100",
      "--duration": "100", "--threads": "\(cores)",
    ]
    var rest = arguments[...]
    let compares = rest.contains("--against-jax")
    rest.removeAll { $0 == "--against-jax" }
    while let name = rest.popFirst() {
      guard options[name] != nil, let value = rest.popFirst() else {
        fail("unknown option or no value: \(name)")
      }
      options[name] = value
    }
    guard let trajectories = Int(options["--trajectories"]!), trajectories > 0,
      let steps = Int(options["--steps"]!), steps > 0,
      let stiffness = Double(options["--stiffness"]!), stiffness > 0, stiffness.isFinite,
      let duration = Double(options["--duration"]!), duration > 0, duration.isFinite,
      let threads = Int(options["--threads"]!), (1...1024).contains(threads)
    else { fail("all options but --model take positive numbers") }
    let network = try network(options["--model"]!)

    var source = SeededGenerator(seed: 1, purpose: "bench inputs")
    let inputs = (0..<2).map { _ in
      (0..<network.inputCount).map { _ in Float(source.uniform()) }
    }
    let experiment = try TrajectoryExperiment(
      network, from: inputs[0], to: inputs[1], stiffness: stiffness, duration: duration,
      steps: steps)
    let context = RunContext(seed: 1, workers: workers(threads: threads))
    var best = Double.infinity
    var outcome: TrajectoryExperiment.Outcome?
    for _ in 0..<4 {
      let start = ContinuousClock.now
      outcome = try experiment.run(trajectories: trajectories, in: context)
      best = min(best, start.duration(to: .now) / .seconds(1))
    }
    guard let outcome, outcome.isFinite else {
      fail("trajectories ran away; take more steps")
    }
    let rate = Double(steps) * Double(trajectories) * Double(network.neuronCount) / best

    // What a step cannot do without: a product with every matrix between layers and one with its
    // transpose, and a normal number for each neuron.
    let products = network.layers.filter { $0.sources != [.input] }.reduce(0) { sum, layer in
      sum + layer.nodes.reduce(0) { $0 + network.nodes[$1].multiplyAccumulates }
    }
    let floor =
      Double(2 * products) / ArithmeticLimit.multiplyAdds()
      + Double(network.neuronCount) / ArithmeticLimit.normals()
    let share = rate / Double(network.neuronCount) * floor / Double(min(threads, cores))
    print(
      "{\"benchmark\":\"langevin\",\"model\":\"\(network.name)\",\"neurons\":\(network.neuronCount),"
        + "\"trajectories\":\(trajectories),\"steps\":\(steps),\"threads\":\(threads),"
        + "\"neuron_steps_per_s\":\(Int(rate)),"
        + "\"mean_work_kT\":\(rounded(outcome.work.mean)),"
        + "\"standard_error_kT\":\(rounded(outcome.work.standardError)),"
        + "\"share_of_arithmetic_limit_per_core\":\((share * 100).rounded() / 100),"
        + "\"peak_MB\":\(peakMegabytes()),"
        + "\"level\":\"\(String(cString: kernels_level()))\"}")
    guard compares else { return }
    guard
      let peer = try JAXPeer.run(
        network, from: inputs[0], to: inputs[1], stiffness: stiffness, duration: duration,
        steps: steps, trajectories: trajectories)
    else { fail("no python3 with jax here, or no chain of layers that the peer program knows") }
    print(
      "{\"benchmark\":\"langevin in JAX\",\"model\":\"\(network.name)\","
        + "\"neuron_steps_per_s\":\(Int(peer.neuronStepsPerSecond)),"
        + "\"mean_work_kT\":\(rounded(peer.meanWork)),"
        + "\"ratio\":\((rate / peer.neuronStepsPerSecond * 100).rounded() / 100)}")
  }

  private static func rounded(_ number: Double) -> Double { Double(Float(number)) }
}

/// What one core can do of the two things that trajectories need, measured in loops that do
/// nothing else.
enum ArithmeticLimit {
  /// Multiply–adds per second of a product that stays in the nearest cache.
  static func multiplyAdds() -> Double {
    let size = 48
    let a = [Float](repeating: 1, count: size * size)
    var packed = [Float](repeating: 0, count: kernels_packed_count_f32(size, size))
    kernels_pack_f32(size, size, a, size, 1, &packed)
    let x = [Float](repeating: 1, count: size * 64)
    var y = x
    return fastest(work: Double(size * size * 64)) {
      kernels_affine_f32(size, size, 64, packed, nil, x, &y, 0)
    }
  }

  /// Normal numbers per second.
  static func normals() -> Double {
    var generators = (1...256).map { UInt32($0) &* 2_654_435_761 }
    var target = [Float](repeating: 0, count: 64 * 64)
    return fastest(work: 64 * 64) { kernels_normals_f32(64, 64, &generators, &target) }
  }

  private static func fastest(work: Double, _ body: () -> Void) -> Double {
    var best = Double.infinity
    for _ in 0..<50 {
      let start = ContinuousClock.now
      for _ in 0..<200 { body() }
      best = min(best, start.duration(to: .now) / .seconds(1))
    }
    return 200 * work / best
  }
}
