internal import Quantities

/// What transitions and leakage take together as a function of the ramp's duration, and where it is least.
///
///     E(τ) = n C V² f(τ/RC) + m P t(τ)
///
/// with n transitions, m the nodes times the ramps through which each leaks, and t the time from one ramp
/// to the next. Where ramps are slow it is n c/τ + m P τ with c = C² V² R, least at τ* = √(n c/(m P)),
/// E* = 2 √(n c m P).
struct OptimalRamp: Hashable, Sendable {
  private let node: RampedNode
  private let transitions: Double
  private let nodeRamps: Double
  private let leakage: Watts

  /// What is to be least.
  ///
  /// - Parameters:
  ///   - node: what is moved.
  ///   - transitions: n, positive.
  ///   - nodeRamps: m, each node counted once for each ramp of any node through which it leaks.
  ///   - leakage: P of a node.
  init(
    _ node: RampedNode, transitions: Double, nodeRamps: Double, leakage: Watts
  ) {
    (self.node, self.transitions) = (node, transitions)
    (self.nodeRamps, self.leakage) = (nodeRamps, leakage)
  }

  /// What leaks in a time RC, over twice what all transitions take if they are abrupt: m P RC/(n C V²).
  private var weight: Double {
    nodeRamps / transitions * ((leakage * node.timeConstant) / node.fullEnergy)
  }

  /// The ramp that takes least; none without leakage, where slower is always cheaper.
  ///
  /// E is convex in τ, so that its derivative has one zero at most: it is found by bisection to the last
  /// bit. Where leakage costs more than any ramp saves it is 0.
  var duration: Seconds? {
    let weight = weight
    guard weight > 0 else { return nil }
    func slope(_ x: Double) -> Double {
      RampLoss.slope(x) + weight * RampLoss.phaseSlope(x, settled: RampedNode.settled)
    }
    guard slope(0) < 0 else { return .zero }
    var (low, high) = (0.0, 1.0)
    while slope(high) < 0 { (low, high) = (high, 2 * high) }
    while case let middle = low + (high - low) / 2, middle > low, middle < high {
      if slope(middle) < 0 { low = middle } else { high = middle }
    }
    return high * node.timeConstant
  }

  /// What transitions and leakage take together.
  func energy(at duration: Seconds) -> Joules {
    transitions * node.heat(of: duration) + nodeRamps * (leakage * node.phase(of: duration))
  }

  /// d ln E/d ln τ: -1 where ramps are slow and leakage is small, 0 at the optimum, 1 where all that is
  /// left is leakage.
  func slope(at duration: Seconds) -> Double {
    let x = duration / node.timeConstant
    let weight = weight
    let derivative =
      RampLoss.slope(x) + weight * RampLoss.phaseSlope(x, settled: RampedNode.settled)
    return x * derivative
      / (RampLoss.share(x) + weight * RampLoss.phase(x, settled: RampedNode.settled))
  }
}
