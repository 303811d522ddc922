import Foundation
import StochasticThermodynamics
import Testing

@testable import ResistiveNetwork

/// Conductances between nodes and sources, with diodes: where they settle, and what follows from it.
@Suite struct ResistorNetworkTests {
  private let free = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude

  @Test func aNodeByHand() {
    let node = ResistorNetwork(
      bounds: [free],
      branches: [(1.0, 1.0), (0.5, 2), (-0.25, 1)].map {
        ResistorNetwork.Branch(from: .source($0.0), to: .node(0), conductance: $0.1 * 1e-6)
      })
    // (1 + 2·0.5 - 0.25)/4 V; 1·0.5625² + 2·0.0625² + 1·0.6875² µW.
    #expect(abs(node.settled()[0] - 0.4375) < 1e-15)
    #expect(relativeError(node.power(at: [0.4375]), 0.796875e-6) < 1e-12)
    #expect(relativeError(node.coContent(at: [0.4375]), 0.3984375e-6) < 1e-12)
  }

  /// x of A x = b, by elimination with pivots.
  private func solution(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = zip(matrix, right).map { $0 + [$1] }
    let n = rows.count
    for column in 0..<n {
      let pivot = (column..<n).max { abs(rows[$0][column]) < abs(rows[$1][column]) }!
      rows.swapAt(column, pivot)
      for row in 0..<n where row != column {
        let factor = rows[row][column] / rows[column][column]
        for place in column...n { rows[row][place] -= factor * rows[column][place] }
      }
    }
    return (0..<n).map { rows[$0][n] / rows[$0][$0] }
  }

  /// The current into a node from all its branches.
  private func current(into node: Int, _ network: ResistorNetwork, _ voltages: [Double]) -> Double {
    func voltage(_ terminal: ResistorNetwork.Terminal) -> Double {
      switch terminal {
      case .node(let place): voltages[place]
      case .source(let voltage): voltage
      }
    }
    return network.branches.reduce(0) { sum, branch in
      let flow = branch.conductance * (voltage(branch.from) - voltage(branch.to))
      return sum + (branch.to == .node(node) ? flow : branch.from == .node(node) ? -flow : 0)
    }
  }

  @Test(arguments: 0..<6) func withoutDiodesItIsTheSolutionOfLinearEquations(_ index: Int) {
    let network = Laws.bidirectional(index, isClipped: false).network
    var right = [Double](repeating: 0, count: 5)
    for branch in network.branches {
      if case (.source(let voltage), .node(let node)) = (branch.from, branch.to) {
        right[node] += branch.conductance * voltage
      }
    }
    let settled = network.settled()
    for (a, b) in zip(settled, solution(network.conductanceMatrix, right)) {
      #expect(abs(a - b) < 1e-12)
    }
  }

  @Test func withDiodesNoCurrentIsLeftButThroughThem() {
    var (low, high, between) = (0, 0, 0)
    for index in 0..<20 {
      let network = Laws.bidirectional(index, isClipped: true).network
      let settled = network.settled()
      for node in 0..<5 {
        let current = current(into: node, network, settled)
        if node < 3 && settled[node] == 0 {
          low += 1
          #expect(current <= 1e-12)
        } else if node < 3 && settled[node] == 0.2 {
          high += 1
          #expect(current >= -1e-12)
        } else {
          between += 1
          #expect(abs(current) < 1e-12)
        }
      }
    }
    #expect(min(low, high, between) > 5, "\(low), \(high), \(between)")
  }

  @Test func noOtherVoltagesWithinTheBoundsHaveLessCoContent() {
    var noise = GaussianStream(seed: 3, purpose: "perturbations")
    for index in 0..<10 {
      let network = Laws.bidirectional(index, isClipped: true).network
      let settled = network.settled()
      let least = network.coContent(at: settled)
      for _ in 0..<50 {
        let moved = zip(settled, network.bounds).map { voltage, bounds in
          min(max(voltage + 0.1 * noise.next(), bounds.lowerBound), bounds.upperBound)
        }
        #expect(network.coContent(at: moved) >= least)
      }
    }
  }

  @Test func nudgedStatesGiveTheLosssSlope() {
    var moving = 0
    for index in 0..<20 {
      let (network, targets) = Laws.bidirectional(index, isClipped: true)
      let gradient = network.gradient(targets, beta: 1e-4)
      for branch in network.branches.indices {
        let losses = [1e-5, -1e-5].map { change in
          var moved = network
          moved.branches[branch].conductance += change
          return moved.loss(targets)
        }
        #expect(abs(gradient[branch] - (losses[0] - losses[1]) / 2e-5) < 2e-9)
        if abs(gradient[branch]) > 1e-3 { moving += 1 }
      }
    }
    #expect(moving > 20)
  }

  /// By ten thousand exponential steps, each held by the diode.
  @Test(
    arguments: [
      (mean: 0.7, lower: -Double.infinity, start: -0.4), (0.7, 0, 0.2), (0.2, 0, 0.9),
      (-0.5, 0, 0.8), (-0.5, 0, 0), (-0.01, 0, 0.8), (-2, 0.3, -0.2), (-2, 0.3, 0.9),
    ], [0.7, 3])
  func transientsAreWhatStepsAddUpTo(
    _ node: (mean: Double, lower: Double, start: Double), time: Double
  ) {
    let clipped = ClippedNode(mean: node.mean, lower: node.lower)
    let transient = clipped.transient(time: time, left: exp(-time), from: node.start)
    var voltage = max(node.start, node.lower)
    let lift = voltage - node.start
    let steps = 10_000
    let width = time / Double(steps)
    var (square, charge) = (0.0, lift)
    for _ in 0..<steps {
      let next = max(node.lower, node.mean + (voltage - node.mean) * exp(-width))
      square +=
        width / 2
        * ((voltage - node.mean) * (voltage - node.mean)
          + (next - node.mean) * (next - node.mean))
      if voltage == node.lower { charge += width * (node.lower - node.mean) }
      voltage = next
    }
    let off = clipped.settled - node.mean
    let excess = square + lift * lift / 2 - off * off * time
    #expect(abs(transient.excess - excess) < 1e-6)
    // The step in which it reaches the diode counts whole or not at all.
    #expect(abs(transient.diodeCharge - charge) < 2 * width * abs(node.mean) + 1e-9)
    #expect(abs(clipped.voltage(left: exp(-time), from: node.start) - voltage) < 1e-9)
    #expect(transient.excess >= 0)
  }
}
