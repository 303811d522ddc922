import StochasticThermodynamics
import Testing

// The plan is nobody's business outside the module.
@testable import Networks

/// Where the values of a forward pass stand.
@Suite struct ForwardPlanTests {
  /// Goes through the network with numbers that say whose they are: whatever is read must still be
  /// there, and nothing may be written over what the same operation reads.
  @Test(arguments: 0..<120) func nothingIsOverwrittenThatIsStillRead(seed: Int) throws {
    let network = try randomNetwork(seed: seed)
    let plan = ForwardPlan(network)
    struct Mark: Equatable {
      var node: Int
      var component: Int
    }
    // What each component of each value is the same as.
    var meaning: [[Mark]] = []
    var rows = [Mark?](repeating: nil, count: plan.rowCount)
    for (index, node) in network.nodes.enumerated() {
      let count = node.shape.count
      let place = plan.rows[index]..<plan.rows[index] + count
      #expect(plan.rowCount >= place.upperBound)
      for parent in node.parents {
        for (component, mark) in meaning[parent].enumerated() {
          #expect(rows[plan.rows[parent] + component] == mark)
        }
      }
      if plan.isNaming[index] {
        let source = meaning[node.parents[0]]
        if case .rearrange(let rearrangement) = node.operation {
          meaning.append(rearrangement.indices.map { source[Int($0)] })
        } else {
          meaning.append(source)
        }
        continue
      }
      for (order, parent) in node.parents.enumerated() {
        let read = plan.rows[parent]..<plan.rows[parent] + network.nodes[parent].shape.count
        if plan.isInPlace[index], order == 0 {
          // Along the last axis or component by component, of one shape.
          #expect(read == place && network.nodes[parent].shape == node.shape)
        } else {
          #expect(!read.overlaps(place))
        }
      }
      meaning.append((0..<count).map { Mark(node: index, component: $0) })
      for component in 0..<count { rows[place.lowerBound + component] = meaning[index][component] }
    }
    for (component, mark) in meaning[network.output].enumerated() {
      #expect(rows[plan.rows[network.output] + component] == mark)
    }
  }

  @Test(arguments: 0..<30) func aDeepChainNeedsTwoNeighbours(seed: Int) throws {
    var generator = SeededGenerator(seed: 5, purpose: "widths", index: seed)
    let widths = (0..<20).map { _ in Int.random(in: 1...9, using: &generator) }
    var builder = Network.Builder(input: Shape(vector: widths[0]))
    var last = Network.Builder.input
    for (index, (inputs, outputs)) in zip(widths, widths.dropFirst()).enumerated() {
      let dense = try Dense(
        inputs: inputs, weight: Array(repeating: 0, count: inputs * outputs),
        bias: Array(repeating: 0, count: outputs))
      try builder.add(.dense(dense), named: "d\(index)", reading: [last])
      // Neither a function nor a new name takes room.
      try builder.add(.activation(.tanh), named: "f\(index)", reading: ["d\(index)"])
      try builder.add(.reshape(Shape(vector: outputs)), named: "r\(index)", reading: ["f\(index)"])
      last = "r\(index)"
    }
    let plan = ForwardPlan(try builder.network(named: "chain", output: last))
    #expect(plan.rowCount == zip(widths, widths.dropFirst()).map { $0 + $1 }.max())
  }

  @Test func partsAreReadWhereTheyStand() throws {
    var builder = Network.Builder(input: Shape(vector: 6))
    try builder.add(.activation(.tanh), named: "x", reading: [Network.Builder.input])
    for (index, start) in [0, 3].enumerated() {
      try builder.add(
        .rearrange(
          try Rearrangement(
            shape: Shape(vector: 3), indices: (0..<3).map { Int32(start + $0) })),
        named: "part\(index)", reading: ["x"])
    }
    try builder.add(.multiply, named: "y", reading: ["part0", "part1"])
    let plan = ForwardPlan(try builder.network(named: "parts", output: "y"))
    #expect(plan.isNaming == [false, false, true, true, false])
    #expect(plan.rows[3] == plan.rows[2] + 3)
    // The halves share rows that live on, so the product takes new ones.
    #expect(plan.isInPlace == [false, true, false, false, false])
    #expect(plan.rowCount == 9)
  }

  @Test func aValueReadTwiceIsNotOverwritten() throws {
    var builder = Network.Builder(input: Shape(vector: 4))
    try builder.add(.activation(.tanh), named: "x", reading: [Network.Builder.input])
    try builder.add(.activation(.relu), named: "f", reading: ["x"])
    try builder.add(.multiply, named: "square", reading: ["f", "f"])
    try builder.add(.add, named: "y", reading: ["square", "x"])
    let plan = ForwardPlan(try builder.network(named: "skip", output: "y"))
    #expect(plan.isInPlace == [false, true, false, false, true])
    #expect(plan.rowCount == 12)
  }
}
