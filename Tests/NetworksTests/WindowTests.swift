import Foundation
import Networks
import StochasticThermodynamics
import Testing

/// Convolutions and pools against the operators' formulas, written out axis by axis.
@Suite struct WindowTests {
  static let seeds = Array(0..<40)

  /// A convolution of two axes with random numbers, and an input for it.
  private struct Case {
    var repeats, groups, channels, outputs: Int
    var size, kernel, stride, dilation, before, after: [Int]
    var x: [Double]

    init(_ seed: Int, _ noise: inout GaussianStream) {
      var generator = SeededGenerator(seed: 21, purpose: "windows", index: seed)
      func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      repeats = pick(1...2)
      groups = pick(1...3)
      channels = groups * pick(1...2)
      outputs = groups * pick(1...2)
      kernel = [pick(1...3), pick(1...3)]
      stride = [pick(1...3), pick(1...2)]
      dilation = [pick(1...2), pick(1...2)]
      before = [pick(0...2), pick(0...2)]
      after = [pick(0...2), pick(0...2)]
      let room = [pick(0...3), pick(0...3)]
      size = [1, 1]
      for axis in 0..<2 { size[axis] = (kernel[axis] - 1) * dilation[axis] + 1 + room[axis] }
      x = (0..<repeats * channels * size[0] * size[1]).map { _ in noise.next() }
    }

    func window() throws -> Window {
      try Window(
        (0..<2).map {
          try Window.Axis(
            input: size[$0], kernel: kernel[$0], stride: stride[$0], dilation: dilation[$0],
            before: before[$0], after: after[$0])
        })
    }

    /// Positions along an axis, as the operators' definition has them.
    func made(_ axis: Int) -> Int {
      (size[axis] + before[axis] + after[axis] - dilation[axis] * (kernel[axis] - 1) - 1)
        / stride[axis] + 1
    }

    /// x at a place that may lie outside.
    func value(_ channel: Int, _ row: Int, _ column: Int) -> Double? {
      guard (0..<size[0]).contains(row), (0..<size[1]).contains(column) else { return nil }
      return x[(channel * size[0] + row) * size[1] + column]
    }

    /// Where tap t of position o lies along an axis.
    func place(_ axis: Int, _ position: Int, _ tap: Int) -> Int {
      position * stride[axis] + tap * dilation[axis] - before[axis]
    }
  }

  private func run(_ operation: Networks.Operation, _ shape: [Int], _ x: [Double]) throws
    -> [Double]
  {
    var builder = Network.Builder(input: try Shape(shape))
    try builder.add(operation, named: "y", reading: ["input"])
    let network = try builder.network(named: "one operation", output: "y")
    let reference = ReferenceEngine(network).output(for: x)
    let engine = LayerEngine<Double>(network)
    let workspace = LayerWorkspace(engine, lanes: 16)
    for (row, value) in x.enumerated() { workspace.inputs[row, 7] = value }
    let states = Block<Double>(rows: engine.neuronCount, lanes: 16)
    engine.forward(into: states, in: workspace)
    for (row, value) in reference.enumerated() { #expect(abs(states[row, 7] - value) < 1e-12) }
    return reference
  }

  @Test(arguments: seeds) func convolution(seed: Int) throws {
    var noise = GaussianStream(seed: 22, purpose: "convolution", index: seed)
    let it = Case(seed, &noise)
    let (own, each) = (it.channels / it.groups, it.outputs / it.groups)
    let weight = (0..<it.outputs * own * it.kernel[0] * it.kernel[1]).map { _ in
      Float(noise.next())
    }
    let bias = (0..<it.outputs).map { _ in Float(noise.next()) }
    let y = try run(
      .convolution(
        try Convolution(
          it.window(), inputChannels: it.channels, outputChannels: it.outputs, groups: it.groups,
          weight: weight, bias: bias)), [it.repeats, it.channels] + it.size, it.x)
    var place = 0
    for turn in 0..<it.repeats {
      for output in 0..<it.outputs {
        for row in 0..<it.made(0) {
          for column in 0..<it.made(1) {
            var sum = Double(bias[output])
            for c in 0..<own {
              for (i, j) in (0..<it.kernel[0]).flatMap({ i in
                (0..<it.kernel[1]).map { (i, $0) }
              }) {
                let channel = turn * it.channels + output / each * own + c
                let x = it.value(channel, it.place(0, row, i), it.place(1, column, j)) ?? 0
                sum +=
                  x * Double(weight[((output * own + c) * it.kernel[0] + i) * it.kernel[1] + j])
              }
            }
            #expect(abs(y[place] - sum) < 1e-12)
            place += 1
          }
        }
      }
    }
    #expect(place == y.count)
  }

  /// <g, conv x> = <convᵀ g, x>, and against the operator's own formula.
  @Test(arguments: seeds) func transposedConvolution(seed: Int) throws {
    var noise = GaussianStream(seed: 23, purpose: "transposed", index: seed)
    let it = Case(seed, &noise)
    let (made, turns) = (it.made(0) * it.made(1), it.repeats)
    let (own, each) = (it.channels / it.groups, it.outputs / it.groups)
    let weight = (0..<it.outputs * own * it.kernel[0] * it.kernel[1]).map { _ in
      Float(noise.next())
    }
    let none = { (count: Int) in [Float](repeating: 0, count: count) }
    let forward = try run(
      .convolution(
        try Convolution(
          it.window(), inputChannels: it.channels, outputChannels: it.outputs, groups: it.groups,
          weight: weight, bias: none(it.outputs))), [turns, it.channels] + it.size, it.x)
    let g = (0..<turns * it.outputs * made).map { _ in noise.next() }
    let back = try run(
      .convolution(
        try Convolution(
          it.window(), inputChannels: it.outputs, outputChannels: it.channels, groups: it.groups,
          isTransposed: true, weight: weight, bias: none(it.channels))),
      [turns, it.outputs, it.made(0), it.made(1)], g)
    let (left, right) = (
      zip(g, forward).reduce(0) { $0 + $1.0 * $1.1 }, zip(back, it.x).reduce(0) { $0 + $1.0 * $1.1 }
    )
    #expect(abs(left - right) < 1e-11 * (1 + abs(left)))
    // y[d, o stride + t dilation - before] += W[c, d, t] x[c, o].
    var y = [Double](repeating: 0, count: it.x.count)
    for (place, value) in g.enumerated() {
      let column = place % it.made(1)
      let row = place / it.made(1) % it.made(0)
      let (turn, c) = (place / made / it.outputs, place / made % it.outputs)
      for d in 0..<own {
        for i in 0..<it.kernel[0] {
          for j in 0..<it.kernel[1] {
            let (below, right) = (it.place(0, row, i), it.place(1, column, j))
            guard (0..<it.size[0]).contains(below), (0..<it.size[1]).contains(right) else {
              continue
            }
            let channel = turn * it.channels + c / each * own + d
            y[(channel * it.size[0] + below) * it.size[1] + right] +=
              value * Double(weight[((c * own + d) * it.kernel[0] + i) * it.kernel[1] + j])
          }
        }
      }
    }
    for (value, expected) in zip(back, y) { #expect(abs(value - expected) < 1e-12) }
  }

  @Test(arguments: seeds) func pools(seed: Int) throws {
    var noise = GaussianStream(seed: 24, purpose: "pools", index: seed)
    let it = Case(seed, &noise)
    for (kind, countsPadding) in [
      (Pool.Kind.max, false), (.mean, false), (.mean, true), (.sum, false),
    ] {
      // Refused where a window holds padding only.
      guard let pool = try? Pool(kind, it.window(), countsPadding: countsPadding) else { continue }
      let y = try run(.pool(pool), [it.repeats * it.channels] + it.size, it.x)
      var place = 0
      for plane in 0..<it.repeats * it.channels {
        for row in 0..<it.made(0) {
          for column in 0..<it.made(1) {
            var held: [Double] = []
            for i in 0..<it.kernel[0] {
              for j in 0..<it.kernel[1] {
                if let x = it.value(plane, it.place(0, row, i), it.place(1, column, j)) {
                  held.append(x)
                }
              }
            }
            // What positions round the padded input hold is never in a window here.
            let all = countsPadding ? it.kernel[0] * it.kernel[1] : held.count
            let sum = held.reduce(0, +)
            let expected =
              switch kind {
              case .max: held.sorted().last!
              case .mean: sum / Double(all)
              case .sum: sum
              }
            #expect(abs(y[place] - expected) < 1e-12)
            place += 1
          }
        }
      }
      #expect(place == y.count)
    }
  }

  /// A position more than fits sees what is there, and in a mean counts that alone.
  @Test func roundingUp() throws {
    let axis = try Window.Axis(input: 4, kernel: 3, stride: 2, after: 0, output: 2)
    for (kind, expected) in [(Pool.Kind.max, [3.0, 4]), (.mean, [2, 3.5]), (.sum, [6, 7])] {
      let pool = try Pool(kind, Window([axis]), countsPadding: true)
      #expect(try run(.pool(pool), [4], [1, 2, 3, 4]) == expected)
    }
  }

  @Test func meansOfPaddingAlone() throws {
    // The last window holds padding only, which a mean may count: 0.
    let axis = try Window.Axis(input: 2, kernel: 2, stride: 2, after: 2)
    let pool = try Pool(.mean, Window([axis]), countsPadding: true)
    #expect(try run(.pool(pool), [2], [1, 2]) == [1.5, 0])
    #expect(throws: NetworkError.self) { try Pool(.max, Window([axis])) }
    #expect(throws: NetworkError.self) { try Pool(.mean, Window([axis])) }
  }

  /// The first of equals takes the gradient, in every lane by itself.
  @Test func tiesInMaximumPools() throws {
    var builder = Network.Builder(input: try Shape([4]))
    try builder.add(
      .pool(try Pool(.max, Window([try Window.Axis(input: 4, kernel: 2, stride: 2)]))), named: "y",
      reading: ["input"])
    let network = try builder.network(named: "ties", output: "y")
    let engine = LayerEngine<Float>(network)
    let workspace = LayerWorkspace(engine, lanes: 16)
    let states = Block<Float>(rows: 2, lanes: 16)
    let inputs: [[Float]] = [[1, 1, 2, 3], [-1, -2, 0, -0.0], [5, 6, 7, 7]]
    for (lane, input) in inputs.enumerated() {
      for (row, x) in input.enumerated() { workspace.inputs[row, lane] = x }
    }
    engine.forward(into: states, in: workspace)
    let cotangent = Block<Float>(rows: 2, lanes: 16)
    for lane in 0..<16 { (cotangent[0, lane], cotangent[1, lane]) = (10, 20) }
    let gradient = Block<Float>(rows: 4, lanes: 16)
    engine.pullback(cotangent: cotangent.pointer, into: gradient, in: workspace)
    let expected: [[Float]] = [[10, 0, 0, 20], [10, 0, 20, 0], [0, 10, 20, 0]]
    for (lane, slopes) in expected.enumerated() {
      #expect((0..<4).map { gradient[$0, lane] } == slopes)
      let reference = ReferenceEngine(network)
      let values = reference.values(for: inputs[lane].map { Double($0) })
      #expect(reference.pullback(of: [10, 20], at: values).nodes[0] == slopes.map { Double($0) })
    }
  }

  /// What is no number stays none, wherever in its window it stands.
  @Test func maximaOfWhatIsNoNumber() throws {
    var builder = Network.Builder(input: try Shape([6]))
    try builder.add(
      .pool(try Pool(.max, Window([try Window.Axis(input: 6, kernel: 3, stride: 3)]))), named: "y",
      reading: ["input"])
    let network = try builder.network(named: "no numbers", output: "y")
    let engine = LayerEngine<Double>(network)
    for place in 0..<3 {
      var input = [1.0, 2, 3, 4, 5, 6]
      input[place] = .nan
      let y = ReferenceEngine(network).output(for: input)
      #expect(y[0].isNaN && y[1] == 6)
      let workspace = LayerWorkspace(engine, lanes: 16)
      for (row, x) in input.enumerated() { workspace.inputs[row, 3] = x }
      let states = Block<Double>(rows: 2, lanes: 16)
      engine.forward(into: states, in: workspace)
      #expect(states[0, 3].isNaN && states[1, 3] == 6 && states[0, 2] == 0)
    }
  }
}
