internal import Networks
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore

/// What came of programming machines and reading them on every sample.
struct Reading: Sendable {
  /// `[repeats × samples × outputCount]`.
  private(set) var outputs: [Float] = []
  /// Σ u² G over all devices and reads of each matrix, in the mean over the samples; by machine.
  private(set) var heat: [[Double]] = []
  /// Sums beyond the converters' range, over all machines and samples.
  private(set) var clipped = 0

  /// Numbers of conductances that are held at a time.
  private static let mostWeights = 1 << 26

  /// Programs as many machines at a time as memory allows, and reads them.
  init(
    _ program: MemristorCrossbar.Program, _ ranges: Ranges, on samples: Samples,
    in context: RunContext
  ) throws(Cancelled) {
    let (plan, configuration) = (program.plan, program.configuration)
    let devices = configuration.devices
    let weights = plan.operations.reduce(1) { $0 + $1.weight.count }
    let together = max(1, min(configuration.repeats, Self.mostWeights / weights))
    let thermal = ThermalNoise(
      voltage: configuration.readVoltage, time: configuration.readTime, window: devices.window,
      at: program.temperature)
    let operations = plan.operations.count
    let length = plan.samplesOfBlock
    let blocks = (samples.count + length - 1) / length

    for first in stride(from: 0, to: configuration.repeats, by: together) {
      let count = min(together, configuration.repeats - first)
      let matrices = try context.map(blocks: count * operations) { place in
        ProgrammedMatrix(
          programming: plan.operations[place % operations], array: configuration.array, devices,
          seed: context.seed, machine: first + place / operations, of: plan.rows)
      }
      let machines = (0..<count).map { place in
        Machine(
          plan: plan,
          matrices: Array(matrices[place * operations..<(place + 1) * operations]),
          converters: ranges.converters,
          readVariance: Float(2 * devices.readNoise * devices.readNoise),
          thermalVariance: Float(thermal.unit))
      }
      let outcomes = try context.map(blocks: count * blocks) { place throws(Cancelled) in
        let (machine, block) = (place / blocks, place % blocks)
        let range = block * length..<min((block + 1) * length, samples.count)
        // A stream of noise for each sample of each machine, so that it does not depend on the others.
        let noise = LaneNoise(
          seed: context.seed, purpose: "memristor reads",
          first: (first + machine) * samples.count + range.lowerBound,
          lanes: Block<Float>.lanes(for: range.count))
        return try machines[machine].run(samples, range, noise: noise, in: context)
      }
      for machine in 0..<count {
        var sums = [Double](repeating: 0, count: operations)
        for outcome in outcomes[machine * blocks..<(machine + 1) * blocks] {
          outputs += outcome.outputs
          clipped += outcome.clipped
          for place in sums.indices { sums[place] += outcome.heat[place] }
        }
        heat.append(sums.map { $0 / Double(samples.count) })
      }
    }
  }

  /// t V² window Σ u² G by layer: the mean over machines, and its standard error.
  func heat(by program: MemristorCrossbar.Program) -> [(mean: Joules, error: Joules?)] {
    let configuration = program.configuration
    let unit =
      configuration.readTime.value * configuration.readVoltage.value
      * configuration.readVoltage.value * configuration.devices.window
    let homes = program.plan.network.layers.map { Set($0.nodes) }
    return homes.map { nodes in
      var moments = RunningMoments()
      for machine in heat {
        var sum = 0.0
        for (place, operation) in program.plan.operations.enumerated()
        where nodes.contains(operation.node) { sum += machine[place] }
        moments.add(unit * sum)
      }
      return (Joules(moments.mean), heat.count > 1 ? Joules(moments.standardError) : nil)
    }
  }
}
