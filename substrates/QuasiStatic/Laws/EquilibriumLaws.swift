internal import Networks
internal import PhysicalLaws
internal import StochasticThermodynamics
internal import SubstrateCore

// What a network at rest obeys.
extension Laws {
  static let equilibrium = [equilibriumSample, freeEnergy]

  /// Means over the neurons of a layer of x and of x², in the long run of single trajectories.
  private struct Averages: Sendable {
    var first: [RunningMoments]
    var second: [RunningMoments]

    init(layers: Int) {
      first = Array(repeating: RunningMoments(), count: layers)
      second = first
    }

    mutating func merge(_ other: Averages) {
      for layer in first.indices {
        first[layer].merge(other.first[layer])
        second[layer].merge(other.second[layer])
      }
    }
  }

  static let equilibriumSample = Law(
    "equilibrium",
    "one noisy forward pass is a draw from equilibrium: it has the averages of a long trajectory"
  ) { context in
    try [Activation.tanh, .relu].flatMap { (activation: Activation) -> [Finding] in
      let (network, samples) = RandomWorkload.chain(
        [3, 6, 5, 4], activation, seed: networks, index: 40)
      let stiffness = 10.0
      let (landscape, drive) = transition(network, samples, stiffness: stiffness)
      let fast = LayerEngine<Float>(network)
      let still = InputWay(standing: drive, lane: 0)
      let layers = landscape.engine.layers
      let rates = RelaxationSpectrum(landscape, drive).extremes()[0]
      let step = 0.1 / rates.largest
      let warming = Int((12 / rates.least / step).rounded(.up))
      let watching = 4 * warming
      let lanes = DrivenEnsemble.batch

      /// The averages of each lane's positions, over as many looks as `look` is called.
      @Sendable func averages(
        of potential: ThermalLandscape, looks: (_ look: () -> Void) -> Void
      ) -> Averages {
        var sums = [Double](repeating: 0, count: 2 * layers.count * lanes)
        var count = 0.0
        looks {
          count += 1
          for (index, layer) in layers.enumerated() {
            for row in layer.rows {
              for lane in 0..<lanes {
                let x = Double(potential.positions[row * lanes + lane])
                sums[2 * index * lanes + lane] += x
                sums[(2 * index + 1) * lanes + lane] += x * x
              }
            }
          }
        }
        var result = Averages(layers: layers.count)
        for (index, layer) in layers.enumerated() {
          let scale = 1 / (count * Double(layer.count))
          for lane in 0..<lanes {
            result.first[index].add(scale * sums[2 * index * lanes + lane])
            result.second[index].add(scale * sums[(2 * index + 1) * lanes + lane])
          }
        }
        return result
      }
      func gather(
        _ portions: Int, purpose: String, _ body: @escaping @Sendable (LaneNoise) -> Averages
      ) throws -> Averages {
        let seed = context.seed
        let parts = try context.map(blocks: portions) {
          body(LaneNoise(seed: seed, purpose: purpose, first: $0 * lanes, lanes: lanes))
        }
        var all = Averages(layers: layers.count)
        for part in parts { all.merge(part) }
        return all
      }

      let drawn = try gather(512, purpose: "equilibrium draws") { noise in
        let potential = ThermalLandscape(landscape, fast: fast, still, noise: noise)
        return averages(of: potential) { $0() }
      }
      let run = try gather(8, purpose: "equilibrium runs") { noise in
        let potential = ThermalLandscape(landscape, fast: fast, still, noise: noise)
        // From far off: what is found is where the motion goes, not where it was put.
        potential.positions.update(
          repeating: 1, count: landscape.engine.neuronCount * lanes)
        let motion = LangevinMotion(potential, step: step, noise: noise)
        return averages(of: potential) { look in
          _ = motion.run(driving: 0, holding: warming + watching) {
            if $0 >= warming && $0.isMultiple(of: 8) { look() }
          }
        }
      }
      return layers.indices.flatMap { layer in
        [("mean", drawn.first, run.first), ("mean square", drawn.second, run.second)].map {
          Finding(
            "\(activation), \($0.0) of \(layers[layer].name)", mean: $0.2[layer], .equal,
            $0.1[layer].mean, predictionError: $0.1[layer].standardError)
        }
      }
    }
  }

  /// Z(u) does not depend on u: integrate the last layer first. The work of an abrupt change is known
  /// for every state, so that its exponential average is one over exact draws.
  static let freeEnergy = Law(
    "free-energy",
    "the free energy does not depend on the input: <exp(-W/k_BT)> = 1 of abrupt changes"
  ) { context in
    try [Activation.tanh, .relu].map { activation in
      let (network, samples) = RandomWorkload.chain(
        [3, 6, 5, 4], activation, seed: networks, index: 50)
      let average = try drive(
        network, samples, stiffness: 1, duration: 0, steps: 0, trajectories: 262_144, in: context
      ).exponential.average
      return Finding(
        "\(activation)", measured: average?.value ?? .nan,
        standardError: average?.standardError ?? .nan, .equal, 1)
    }
  }
}
