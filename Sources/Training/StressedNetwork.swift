package import Networks

/// A network as a landscape with its input clamped and its outputs pulled towards a target by springs, at rest:
/// under stress.
///
///     F(x) = Σ_l (κ_l/2) |x_l - f_l(x)|² + (β κ_L/2) |x_L - t|²,   r_l = x_l - f_l
///
/// At rest the stresses κ_l r_l hold each other in balance: κ_l r_l = Σ (∂f_m/∂x_l)ᵀ κ_m r_m over the readers m, the
/// rule of back-propagation, and the outputs' balance the springs. What the landscape does to a weight is
/// ∂F/∂W_l = -κ_l (f_l' r_l) x_{l-1}ᵀ: two neighbouring quantities. Over β κ_L it is the gradient of (1/2)|y - t|², to
/// first order in β.
///
/// It is not a description of the motion towards rest, which is a sum of forces between neighbours at every step,
/// but taken with inertia so that fewer steps do.
///
/// - Source: that clamping makes stresses which run backward by the rules of back-propagation is stated by A. V.
///   Tkachenko, arXiv:2503.09980; this explicit form, with springs as the clamp, is derived in this project
///   (compare B. Scellier and Y. Bengio, Front. Comput. Neurosci. 11, 24 (2017)).
package final class StressedNetwork<Scalar: KernelScalar> {
  /// The network.
  package let engine: GradientEngine<Scalar>
  /// Its memory: inputs are for the caller to fill.
  package let workspace: GradientWorkspace<Scalar>
  /// κ of every layer; only ratios matter.
  package let stiffness: [Double]
  /// β, the share of the outputs' own stiffness that pulls at them.
  package let clamp: Double
  /// The targets of the outputs, `[outputCount × lanes]`: for the caller to fill.
  package let targets: Block<Scalar>
  /// What is left of the force, as a share of the clamps', when the network counts as being at rest.
  package let tolerance: Double
  /// How many steps the last relaxation took.
  package private(set) var stepCount = 0

  /// Steps after which a network that has not come to rest is left as it is.
  private static var mostSteps: Int { 20_000 }

  private let motions: [Block<Scalar>]
  private let forces: [Block<Scalar>]
  private let lengths: [Int]
  /// In relaxation times: kept from one sample to the next, and shortened where the motion would overshoot.
  private var step = 0.5

  /// A network under stress.
  ///
  /// - Parameters:
  ///   - samples: how many at a time.
  ///   - stiffness: of every layer, positive; none for the same everywhere.
  ///   - clamp: positive.
  ///   - tolerance: positive.
  package init(
    _ engine: GradientEngine<Scalar>, samples: Int, stiffness: [Double]? = nil, clamp: Double,
    tolerance: Double
  ) {
    precondition(clamp > 0 && tolerance > 0, "a clamp that pulls")
    self.engine = engine
    self.clamp = clamp
    self.tolerance = tolerance
    self.stiffness = stiffness ?? engine.neuronNodes.map { _ in 1 }
    precondition(self.stiffness.count == engine.neuronNodes.count, "one stiffness for each layer")
    let workspace = GradientWorkspace(engine, samples: samples, isStressed: true)
    self.workspace = workspace
    lengths = engine.neuronNodes.map { engine.network.nodes[$0].shape.count * workspace.lanes }
    func block(_ length: Int) -> Block<Scalar> { Block(rows: (length + 15) / 16, lanes: 16) }
    targets = block(lengths.last!)
    motions = lengths.map(block)
    forces = lengths.map(block)
  }

  /// Lets the network come to rest, from its forward pass.
  ///
  /// - Parameters:
  ///   - parameters: the weights, which have to stay where they are while the network is used.
  ///   - samples: lanes that hold one; at the outputs of the others nothing pulls.
  /// - Returns: whether it came to rest.
  /// - Complexity: O(√(stiffest/softest mode)) passes forward and back.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  package func relax(_ parameters: UnsafePointer<Scalar>, samples: Int) -> Bool {
    engine.load(parameters, into: workspace)
    engine.forward(in: workspace)
    let start = force(samples: samples).square
    guard start > 0, start.isFinite else { return start == 0 }
    let goal = start * tolerance * tolerance
    // The share of the motion that is kept grows from 0, and begins again whenever it goes uphill.
    var age = 0.0
    for motion in motions { motion.clear() }
    for count in 1...Self.mostSteps {
      move(keeping: age / (age + 3))
      age += 1
      engine.predict(in: workspace)
      let now = force(samples: samples)
      stepCount = count
      if now.square <= goal { return true }
      guard now.square.isFinite else { return false }
      // A step is not to be longer than the force changes on.
      if step * now.rate > 1 {
        step = 1 / now.rate
        age = 0
      }
      if now.power <= 0 { age = 0 }
    }
    return false
  }

  /// One step of all neurons.
  private func move(keeping share: Double) {
    let keep = Scalar(share)
    for layer in forces.indices {
      let (force, motion) = (forces[layer].pointer, motions[layer].pointer)
      let state = workspace.states[engine.neuronNodes[layer]]
      let scale = Scalar(step / stiffness[layer])
      for place in 0..<lengths[layer] {
        motion[place] = keep * motion[place] + scale * force[place]
        state[place] += motion[place]
      }
    }
  }

  /// The forces on all neurons: their sum of squares, the power of the motion with them, and how fast they
  /// have changed on the way, per relaxation time.
  private func force(samples: Int) -> (square: Double, power: Double, rate: Double) {
    for layer in forces.indices {
      let node = engine.neuronNodes[layer]
      let (state, value) = (workspace.states[node], workspace.values[node])
      let seed = workspace.gradients[node]
      let scale = Scalar(stiffness[layer])
      for place in 0..<lengths[layer] { seed[place] = scale * (value[place] - state[place]) }
    }
    engine.pullback(into: nil, in: workspace)
    var (square, power, change, way): (Scalar, Scalar, Scalar, Scalar) = (0, 0, 0, 0)
    let last = forces.count - 1
    for layer in forces.indices {
      let node = engine.neuronNodes[layer]
      let (seed, sent) = (workspace.gradients[node], workspace.stateGradients[node])
      let (force, motion) = (forces[layer].pointer, motions[layer].pointer)
      let own = Scalar(stiffness[layer])
      if layer == last {
        let (state, target) = (workspace.states[node], targets.pointer)
        let pull = Scalar(clamp * stiffness[last])
        let lanes = workspace.lanes
        for place in 0..<lengths[layer] {
          let isSample = place % lanes < samples
          let now = seed[place] + (isSample ? pull * (target[place] - state[place]) : 0)
          change += (now - force[place]) * (now - force[place]) / own
          force[place] = now
        }
      } else {
        for place in 0..<lengths[layer] {
          let now = seed[place] - sent[place]
          change += (now - force[place]) * (now - force[place]) / own
          force[place] = now
        }
      }
      for place in 0..<lengths[layer] {
        square += force[place] * force[place]
        power += force[place] * motion[place]
        way += own * motion[place] * motion[place]
      }
    }
    let rate = way > 0 ? (Double(change) / Double(way)).squareRoot() : 0
    return (Double(square), Double(power), rate)
  }

  /// What the stresses do to the weights, ∂F/∂W over β κ_L: the sum over the lanes.
  ///
  /// Valid after `relax`.
  ///
  /// - Parameters:
  ///   - share: a factor beside, such as 1 over the number of samples.
  ///   - gradient: `[layout.count]`, is written.
  package func parameterForces(
    times share: Double, into gradient: UnsafeMutablePointer<Scalar>
  ) {
    let factor = Scalar(share / (clamp * stiffness.last!))
    for layer in forces.indices {
      let node = engine.neuronNodes[layer]
      let (state, value) = (workspace.states[node], workspace.values[node])
      let seed = workspace.gradients[node]
      let scale = Scalar(stiffness[layer]) * factor
      for place in 0..<lengths[layer] { seed[place] = scale * (value[place] - state[place]) }
    }
    engine.pullback(into: gradient, in: workspace)
  }
}
