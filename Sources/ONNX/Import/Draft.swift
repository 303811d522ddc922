internal import Networks

/// A network in the making: steps in order, some of which a network cannot hold by themselves.
///
/// Values that differ only in shape are one step; a step's numbers stand flat in row-major order.
struct Draft {
  /// One operation.
  struct Step {
    /// Its name in the network, if it gets there.
    var name: String
    /// The node in messages.
    var title: String
    var operation: Operation
    /// The steps that it reads, all earlier.
    var parents: [Int]
    /// How many numbers for one sample.
    var count: Int
  }

  /// What a step computes.
  enum Operation {
    case input
    case dense(DenseDraft)
    /// y_i = f_i x_i + o_i: has to go into a dense step.
    case scaling(Scaling)
    case activation(Activation)
    case add
    case softmax
  }

  /// All steps; the input is the first.
  var steps: [Step] = []
  /// What the node is called that first makes one vector of a sample.
  var flattenName: String?
}

/// The weights of y = factor W x, and what is done to y afterwards.
struct DenseDraft {
  let inputs: Int
  let outputs: Int
  let weight: Constant
  /// Whether the file holds Wᵀ, one row an input.
  let isTransposed: Bool
  let factor: Double
  var after: [Scaling] = []
}

/// A constant beside a computed value, component by component.
struct Operand {
  let constant: Constant
  /// The value's axes for one sample.
  let sample: [Int]
  /// The constant's axes, aligned with those: each is of the same length or 1.
  let dims: [Int]

  /// The constant, if it is a single number.
  func single(_ reader: TensorReader) throws(ONNXError) -> Double? {
    guard elementCount(dims) == 1 else { return nil }
    return Double(try constant.floats(reader)[0])
  }

  /// The constant for every component, or a single number for all.
  func numbers(_ reader: TensorReader) throws(ONNXError) -> [Double] {
    let numbers = try constant.floats(reader).map { Double($0) }
    if numbers.count == 1 || dims == sample { return numbers }
    var strides = dims
    var stride = 1
    for axis in dims.indices.reversed() {
      strides[axis] = dims[axis] == 1 ? 0 : stride
      stride *= dims[axis]
    }
    let count = sample.reduce(1, *)
    var index = [Int](repeating: 0, count: sample.count)
    var place = 0
    var spread: [Double] = []
    spread.reserveCapacity(count)
    for _ in 0..<count {
      spread.append(numbers[place])
      for axis in sample.indices.reversed() {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < sample[axis] { break }
        place -= strides[axis] * sample[axis]
        index[axis] = 0
      }
    }
    return spread
  }
}

/// An elementwise function a x + b with constants, kept as the file says it until it is folded.
enum Scaling {
  case add(Operand, times: Double)
  case multiply(Operand)
  case divide(Operand)
  case negate
  /// Batch normalisation with the statistics of the training.
  indirect case normalize(
    scale: Operand, bias: Operand, mean: Operand, variance: Operand, epsilon: Double)
}

/// y_i = f_i x_i + o_i in double precision.
struct Affine {
  private(set) var factors: [Double]
  private(set) var offsets: [Double]
  /// Whether some factor may differ from 1.
  private(set) var scales = false

  /// y = x.
  init(count: Int) {
    factors = Array(repeating: 1, count: count)
    offsets = Array(repeating: 0, count: count)
  }

  /// Puts a function after this one.
  ///
  /// - Complexity: O(components).
  mutating func append(_ scaling: Scaling, _ reader: TensorReader) throws(ONNXError) {
    switch scaling {
    case .add(let operand, let times):
      let numbers = try operand.numbers(reader)
      for place in offsets.indices {
        offsets[place] += times * numbers[numbers.count == 1 ? 0 : place]
      }
    case .multiply(let operand):
      scales = true
      let numbers = try operand.numbers(reader)
      for place in offsets.indices {
        let number = numbers[numbers.count == 1 ? 0 : place]
        factors[place] *= number
        offsets[place] *= number
      }
    case .divide(let operand):
      scales = true
      let numbers = try operand.numbers(reader)
      for place in offsets.indices {
        let number = numbers[numbers.count == 1 ? 0 : place]
        factors[place] /= number
        offsets[place] /= number
      }
    case .negate:
      scales = true
      for place in offsets.indices {
        factors[place] = -factors[place]
        offsets[place] = -offsets[place]
      }
    case .normalize(let scale, let bias, let mean, let variance, let epsilon):
      scales = true
      let (scale, bias) = (try scale.numbers(reader), try bias.numbers(reader))
      let (mean, variance) = (try mean.numbers(reader), try variance.numbers(reader))
      func number(_ list: [Double], _ place: Int) -> Double { list[list.count == 1 ? 0 : place] }
      for place in offsets.indices {
        let factor = number(scale, place) / (number(variance, place) + epsilon).squareRoot()
        factors[place] *= factor
        offsets[place] = (offsets[place] - number(mean, place)) * factor + number(bias, place)
      }
    }
  }
}
