internal import Foundation

/// What each operation computes, and its vector–Jacobian product, written to be read.
enum Reference {
  /// The value of a node for one sample.
  static func value(of node: Network.Node, from parents: [[Double]]) -> [Double] {
    let x = parents.first ?? []
    let last = node.shape.dimensions.last ?? 1
    switch node.operation {
    case .input:
      preconditionFailure("the input stands first and only there")
    case .dense(let dense):
      return eachRun(of: x, dense.inputs) { run in
        (0..<dense.outputs).map { row in
          (0..<dense.inputs).reduce(Double(dense.bias[row])) {
            $0 + Double(dense.weight[row * dense.inputs + $1]) * run[run.startIndex + $1]
          }
        }
      }
    case .convolution(let convolution):
      return convolved(x, convolution)
    case .scale(let scale):
      return x.indices.map { scale.factor(of: $0) * x[$0] + scale.offset(of: $0) }
    case .activation(let function):
      return x.map { function($0) }
    case .prelu(let prelu):
      return x.indices.map { x[$0] > 0 ? x[$0] : prelu.slope(of: $0) * x[$0] }
    case .add:
      return parents.dropFirst().reduce(x) { zip($0, $1).map { $0 + $1 } }
    case .multiply:
      return zip(x, parents[1]).map { $0 * $1 }
    case .matrixProduct:
      let (m, k, n) = extents(node, parents)
      var result = [Double](repeating: 0, count: node.shape.count)
      for place in result.indices {
        let (matrix, row, column) = (place / (m * n), place / n % m, place % n)
        for inner in 0..<k {
          result[place] +=
            x[(matrix * m + row) * k + inner] * parents[1][(matrix * k + inner) * n + column]
        }
      }
      return result
    case .softmax:
      return eachRun(of: x, last) { run in
        let largest = run.max()!
        let exponentials = run.map { exp($0 - largest) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
      }
    case .logSoftmax:
      return eachRun(of: x, last) { run in
        let largest = run.max()!
        let logarithm = log(run.reduce(0) { $0 + exp($1 - largest) })
        return run.map { $0 - largest - logarithm }
      }
    case .normalize(let epsilon):
      return eachRun(of: x, last) { run in
        let (mean, deviation) = statistics(run, epsilon)
        return run.map { ($0 - mean) / deviation }
      }
    case .pool(let pool):
      return pooled(x, pool)
    case .rearrange(let rearrangement):
      let all = Array(parents.joined())
      return rearrangement.indices.map {
        $0 >= 0 ? all[Int($0)] : Double(rearrangement.constants[-1 - Int($0)])
      }
    case .reshape:
      return x
    }
  }

  /// What a gradient at a node's value becomes at what it reads.
  struct Pullback {
    /// With respect to each parent.
    var parents: [[Double]]
    /// With respect to weights and biases, where there are any.
    var weight: [Double]?
    var bias: [Double]?
  }

  /// The vector–Jacobian product of a node for one sample.
  static func pullback(
    of node: Network.Node, _ above: [Double], parents: [[Double]], value y: [Double]
  ) -> Pullback {
    let x = parents[0]
    let last = node.shape.dimensions.last ?? 1
    var slope = [Double](repeating: 0, count: x.count)
    switch node.operation {
    case .input:
      preconditionFailure("the input reads nothing")
    case .dense(let dense):
      var weight = [Double](repeating: 0, count: dense.weight.count)
      var bias = [Double](repeating: 0, count: dense.outputs)
      for (place, gradient) in above.enumerated() {
        let (run, row) = (place / dense.outputs, place % dense.outputs)
        bias[row] += gradient
        for column in 0..<dense.inputs {
          let (from, by) = (run * dense.inputs + column, row * dense.inputs + column)
          slope[from] += Double(dense.weight[by]) * gradient
          weight[by] += gradient * x[from]
        }
      }
      return Pullback(parents: [slope], weight: weight, bias: bias)
    case .convolution(let convolution):
      return pullback(above, of: x, convolution)
    case .scale(let scale):
      return Pullback(parents: [above.indices.map { above[$0] * scale.factor(of: $0) }])
    case .activation(let function):
      return Pullback(
        parents: [above.indices.map { above[$0] * function.derivative(at: x[$0], output: y[$0]) }])
    case .prelu(let prelu):
      return Pullback(
        parents: [above.indices.map { above[$0] * (x[$0] > 0 ? 1 : prelu.slope(of: $0)) }])
    case .add:
      return Pullback(parents: parents.map { _ in above })
    case .multiply:
      return Pullback(
        parents: [zip(above, parents[1]).map { $0 * $1 }, zip(above, x).map { $0 * $1 }])
    case .matrixProduct:
      let (m, k, n) = extents(node, parents)
      var other = [Double](repeating: 0, count: parents[1].count)
      for (place, gradient) in above.enumerated() {
        let (matrix, row, column) = (place / (m * n), place / n % m, place % n)
        for inner in 0..<k {
          let (left, right) = ((matrix * m + row) * k + inner, (matrix * k + inner) * n + column)
          slope[left] += gradient * parents[1][right]
          other[right] += gradient * x[left]
        }
      }
      return Pullback(parents: [slope, other])
    case .softmax:
      for start in stride(from: 0, to: x.count, by: last) {
        let mean = (start..<start + last).reduce(0) { $0 + y[$1] * above[$1] }
        for place in start..<start + last { slope[place] = y[place] * (above[place] - mean) }
      }
    case .logSoftmax:
      for start in stride(from: 0, to: x.count, by: last) {
        let sum = above[start..<start + last].reduce(0, +)
        for place in start..<start + last { slope[place] = above[place] - exp(y[place]) * sum }
      }
    case .normalize(let epsilon):
      // With d the deviation and means over the run: (g - <g> - y <g y>)/d.
      for start in stride(from: 0, to: x.count, by: last) {
        let run = start..<start + last
        let deviation = statistics(x[run], epsilon).deviation
        let mean = above[run].reduce(0, +) / Double(last)
        let product = run.reduce(0) { $0 + above[$1] * y[$1] } / Double(last)
        for place in run { slope[place] = (above[place] - mean - y[place] * product) / deviation }
      }
    case .pool(let pool):
      return Pullback(parents: [pullback(above, of: x, pool)])
    case .rearrange(let rearrangement):
      var all = [Double](repeating: 0, count: parents.reduce(0) { $0 + $1.count })
      for (index, gradient) in zip(rearrangement.indices, above) where index >= 0 {
        all[Int(index)] += gradient
      }
      var rest = all[...]
      return Pullback(
        parents: parents.map { parent in
          defer { rest = rest.dropFirst(parent.count) }
          return Array(rest.prefix(parent.count))
        })
    case .reshape:
      return Pullback(parents: [above])
    }
    return Pullback(parents: [slope])
  }

  // MARK: Runs

  /// Applies a function to every run of so many numbers.
  private static func eachRun(
    of x: [Double], _ length: Int, _ body: (ArraySlice<Double>) -> [Double]
  ) -> [Double] {
    stride(from: 0, to: x.count, by: length).flatMap { body(x[$0..<$0 + length]) }
  }

  /// Mean and √(variance + ε) of a run.
  private static func statistics(
    _ run: ArraySlice<Double>, _ epsilon: Float
  ) -> (mean: Double, deviation: Double) {
    let mean = run.reduce(0, +) / Double(run.count)
    let variance = run.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(run.count)
    return (mean, (variance + Double(epsilon)).squareRoot())
  }

  /// Rows, inner length and columns of a matrix product.
  private static func extents(
    _ node: Network.Node, _ parents: [[Double]]
  ) -> (rows: Int, inner: Int, columns: Int) {
    let dimensions = node.shape.dimensions
    let (m, n) = (dimensions[dimensions.count - 2], dimensions[dimensions.count - 1])
    return (m, parents[0].count / (node.shape.count / n), n)
  }

  // MARK: Windows

  /// Calls a function for each product of a convolution, for which input, output and weight it is.
  private static func eachProduct(
    _ convolution: Convolution, repeats: Int,
    _ body: (_ read: Int, _ made: Int, _ weight: Int) -> Void
  ) {
    let window = convolution.window
    let table = window.table()
    let transposed = convolution.isTransposed
    // In the window's own direction, from its inputs to its outputs.
    let (inputs, outputs) =
      transposed
      ? (convolution.outputChannels, convolution.inputChannels)
      : (convolution.inputChannels, convolution.outputChannels)
    let (groupInputs, groupOutputs) = (inputs / convolution.groups, outputs / convolution.groups)
    for turn in 0..<repeats {
      for output in 0..<outputs {
        for position in 0..<window.outputCount {
          for input in 0..<groupInputs {
            for tap in 0..<window.tapCount {
              let place = Int(table[position * window.tapCount + tap])
              guard place >= 0 else { continue }
              let channel = output / groupOutputs * groupInputs + input
              let below = (turn * inputs + channel) * window.inputCount + place
              let above = (turn * outputs + output) * window.outputCount + position
              let weight = (output * groupInputs + input) * window.tapCount + tap
              body(transposed ? above : below, transposed ? below : above, weight)
            }
          }
        }
      }
    }
  }

  private static func convolved(_ x: [Double], _ convolution: Convolution) -> [Double] {
    let repeats = x.count / (convolution.inputChannels * convolution.inputPositions)
    let positions = convolution.outputPositions
    var y = (0..<repeats * convolution.outputChannels * positions).map {
      Double(convolution.bias[$0 / positions % convolution.outputChannels])
    }
    eachProduct(convolution, repeats: repeats) { read, made, weight in
      y[made] += Double(convolution.weight[weight]) * x[read]
    }
    return y
  }

  private static func pullback(
    _ above: [Double], of x: [Double], _ convolution: Convolution
  ) -> Pullback {
    let repeats = x.count / (convolution.inputChannels * convolution.inputPositions)
    var slope = [Double](repeating: 0, count: x.count)
    var weights = [Double](repeating: 0, count: convolution.weight.count)
    var bias = [Double](repeating: 0, count: convolution.outputChannels)
    for (place, gradient) in above.enumerated() {
      bias[place / convolution.outputPositions % convolution.outputChannels] += gradient
    }
    eachProduct(convolution, repeats: repeats) { read, made, weight in
      slope[read] += Double(convolution.weight[weight]) * above[made]
      weights[weight] += above[made] * x[read]
    }
    return Pullback(parents: [slope], weight: weights, bias: bias)
  }

  /// For each output position of each plane, where it is and which inputs its window holds.
  private static func eachWindow(
    _ pool: Pool, of x: [Double], _ body: (_ output: Int, _ position: Int, _ inputs: [Int]) -> Void
  ) {
    let window = pool.window
    let table = window.table()
    for plane in 0..<x.count / window.inputCount {
      for position in 0..<window.outputCount {
        let taps = table[position * window.tapCount..<(position + 1) * window.tapCount]
        body(
          plane * window.outputCount + position, position,
          taps.filter { $0 >= 0 }.map { plane * window.inputCount + Int($0) })
      }
    }
  }

  /// The greatest of some numbers; what is no number is the greatest.
  private static func greatest(of inputs: [Int], _ x: [Double]) -> Double {
    inputs.dropFirst().reduce(x[inputs[0]]) { x[$1] > $0 || x[$1].isNaN ? x[$1] : $0 }
  }

  private static func pooled(_ x: [Double], _ pool: Pool) -> [Double] {
    let divisors = pool.divisors
    var y: [Double] = []
    eachWindow(pool, of: x) { _, position, inputs in
      switch pool.kind {
      case .max: y.append(greatest(of: inputs, x))
      case .mean, .sum:
        y.append(inputs.reduce(0) { $0 + x[$1] } / Double(divisors?[position] ?? 1))
      }
    }
    return y
  }

  /// Of several greatest values the first takes the gradient.
  private static func pullback(_ above: [Double], of x: [Double], _ pool: Pool) -> [Double] {
    let divisors = pool.divisors
    var slope = [Double](repeating: 0, count: x.count)
    eachWindow(pool, of: x) { output, position, inputs in
      switch pool.kind {
      case .max:
        let greatest = greatest(of: inputs, x)
        if let first = inputs.first(where: { x[$0] == greatest }) { slope[first] += above[output] }
      case .mean, .sum:
        for input in inputs { slope[input] += above[output] / Double(divisors?[position] ?? 1) }
      }
    }
    return slope
  }
}
