import Networks
import StochasticThermodynamics

/// Grows a random network of every operation, in which some values are read several times and some
/// linear operations stand in a row behind the input.
struct RandomOperations {
  private var generator: SeededGenerator
  private var noise: GaussianStream
  private let isSmooth: Bool
  /// Functions take turns, so that none is left out; each network begins with another.
  private var turn: Int
  private var builder: Network.Builder
  /// The values to read from, and how often each has been read.
  private var values: [(name: String, shape: Shape, readers: Int)]

  /// The largest value, so that tests stay quick.
  private static let largest = 72

  /// Every function, with constants as networks have them and less usual ones.
  static let functions: [Activation] =
    smoothFunctions + [
      .relu, .leakyReLU(slope: 0.1), .leakyReLU(slope: -0.3), .elu(alpha: 0.7),
      .selu(alpha: 1.6732632, gamma: 1.0507009), .hardSigmoid(alpha: 0.3, beta: 0.4), .hardSwish,
      .clip(from: -0.5, to: 0.75), .absolute,
    ]
  static let smoothFunctions: [Activation] = [
    .elu(alpha: 1), .tanh, .sigmoid, .silu, .softplus, .gelu, .geluTanh, .erf, .exponential,
    .squareRoot, .reciprocal, .power(3), .power(-0.5), .power(1.3),
  ]

  init(seed: Int, smooth: Bool) throws {
    generator = SeededGenerator(seed: 17, purpose: "random operations", index: seed)
    noise = GaussianStream(seed: 17, purpose: "random constants", index: seed)
    isSmooth = smooth
    turn = seed
    let shapes = [[2, 3, 4], [4, 5], [12], [2, 2, 3, 3], [3, 4, 4], [6, 6]]
    let shape = try Shape(shapes[seed % shapes.count])
    builder = Network.Builder(input: shape)
    values = [(Network.Builder.input, shape, 0)]
  }

  /// The whole network.
  static func network(seed: Int, smooth: Bool) throws -> Network {
    var growing = try RandomOperations(seed: seed, smooth: smooth)
    // Every other network begins with a linear way from the input.
    if seed.isMultiple(of: 2) {
      for _ in 0..<3 { try growing.grow(growing.pick(1...6)) }
    }
    try growing.addActivation()
    for _ in 0..<growing.pick(4...8) { try growing.grow(growing.pick(0...15)) }
    return try growing.finished(named: "operations \(seed)", isClassifier: seed.isMultiple(of: 5))
  }

  // MARK: Choices

  private mutating func pick(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  private mutating func numbers(_ count: Int, scale: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(scale * noise.next()) }
  }

  private mutating func divisor(of count: Int) -> Int {
    (1...count).filter { count.isMultiple(of: $0) }.randomElement(using: &generator)!
  }

  /// One of the values, the latest with half the chance, to be read as it is.
  private mutating func source() -> Int {
    pick(0...1) == 0 ? values.count - 1 : pick(0...values.count - 1)
  }

  private mutating func add(
    _ operation: Networks.Operation, reading parents: [Int], named name: String? = nil
  ) throws {
    let name = name ?? "n\(values.count)"
    try builder.add(operation, named: name, reading: parents.map { values[$0].name })
    for parent in parents { values[parent].readers += 1 }
    values.append((name, builder.shape(of: name)!, 0))
  }

  /// A value with at least so many axes: one that is there, or another under new axes.
  private mutating func source(axes: Int) throws -> Int {
    let place = source()
    let shape = values[place].shape
    if shape.dimensions.count >= axes { return place }
    var dimensions: [Int] = []
    var rest = shape.count
    for _ in 1..<axes {
      let length = divisor(of: rest)
      dimensions.append(length)
      rest /= length
    }
    try add(.reshape(try Shape(dimensions + [rest])), reading: [place])
    return values.count - 1
  }

  // MARK: Growing

  private mutating func grow(_ choice: Int) throws {
    switch choice {
    case 0, 7, 8: try addActivation()
    case 1: try addDense()
    case 2: try addConvolution(isTransposed: false)
    case 3: try addScale()
    case 4: try addPool()
    case 5: try addRearrangement()
    case 6: try addConvolution(isTransposed: true)
    case 9: try addPair(.add)
    case 10: try addPair(.multiply)
    case 11: try addMatrixProduct()
    case 12:
      let place = source()
      let slopes = divisor(of: values[place].shape.count)
      let inner = divisor(of: values[place].shape.count / slopes)
      guard !isSmooth else { return try addActivation() }
      try add(
        .prelu(try ParametricReLU(slopes: numbers(slopes, scale: 0.4), inner: inner)),
        reading: [place])
    case 13: try add(.softmax, reading: [source()])
    case 14: try add(.logSoftmax, reading: [source()])
    default: try add(.normalize(epsilon: 0.1), reading: [source()])
    }
  }

  private mutating func addActivation() throws {
    let functions = isSmooth ? Self.smoothFunctions : Self.functions
    let function = functions[turn % functions.count]
    turn += 1
    var place = source()
    switch function {
    case .exponential, .squareRoot, .reciprocal, .power:
      // Into (1/2, 5/2), where they are tame.
      try add(.activation(.tanh), reading: [place])
      try add(
        .scale(try Scale(factors: nil, offsets: [1.5])), reading: [values.count - 1])
      place = values.count - 1
    default: break
    }
    try add(.activation(function), reading: [place])
  }

  private mutating func addDense() throws {
    let place = source()
    let inputs = values[place].shape.dimensions.last!
    let runs = values[place].shape.count / inputs
    let outputs = pick(1...max(1, min(6, Self.largest / runs)))
    try add(
      .dense(
        try Dense(
          inputs: inputs, weight: numbers(inputs * outputs, scale: 1 / Double(inputs).squareRoot()),
          bias: numbers(outputs, scale: 0.3))),
      reading: [place])
  }

  private mutating func axis(_ length: Int) throws -> Window.Axis? {
    let (kernel, stride, dilation) = (pick(1...3), pick(1...3), pick(1...2))
    let (before, after) = (pick(0...2), pick(0...2))
    let room = length + before + after - (kernel - 1) * dilation - 1
    guard room >= 0 else { return nil }
    // Sometimes more positions than fit, as rounding up gives them.
    let output = room / stride + 1 + (pick(0...3) == 0 ? 1 : 0)
    return try Window.Axis(
      input: length, kernel: kernel, stride: stride, dilation: dilation, before: before,
      after: after, output: output)
  }

  private mutating func addConvolution(isTransposed: Bool) throws {
    let axes = pick(1...2)
    let place = try source(axes: axes + 1)
    let dimensions = values[place].shape.dimensions
    let channels = dimensions[dimensions.count - axes - 1]
    let groups = divisor(of: channels)
    let outputs = groups * pick(1...2)
    var window: [Window.Axis] = []
    for length in dimensions.suffix(axes) {
      if isTransposed {
        window.append(
          try Window.Axis(
            input: pick(1...6), kernel: pick(1...3), stride: pick(1...2), dilation: pick(1...2),
            before: pick(0...1), output: length))
      } else if let axis = try axis(length) {
        window.append(axis)
      } else {
        window.append(try Window.Axis(input: length, kernel: 1))
      }
    }
    let passing = try Window(window)
    let made = isTransposed ? passing.inputCount : passing.outputCount
    let front = dimensions.dropLast(axes + 1).reduce(1, *)
    guard front * outputs * made <= Self.largest else { return try addScale() }
    let weights = isTransposed ? channels * outputs / groups : outputs * channels / groups
    try add(
      .convolution(
        try Convolution(
          passing, inputChannels: channels, outputChannels: outputs, groups: groups,
          isTransposed: isTransposed, weight: numbers(weights * passing.tapCount, scale: 0.4),
          bias: numbers(outputs, scale: 0.3))),
      reading: [place])
  }

  private mutating func addScale() throws {
    let place = source()
    let count = divisor(of: values[place].shape.count)
    let inner = divisor(of: values[place].shape.count / count)
    let kind = pick(0...2)
    try add(
      .scale(
        try Scale(
          factors: kind == 0 ? nil : numbers(count), offsets: kind == 1 ? nil : numbers(count),
          inner: inner)),
      reading: [place])
  }

  private mutating func addPool() throws {
    let axes = pick(1...2)
    let place = try source(axes: axes)
    let lengths = Array(values[place].shape.dimensions.suffix(axes))
    var window: [Window.Axis] = []
    for length in lengths {
      window.append(try axis(length) ?? Window.Axis(input: length, kernel: 1))
    }
    let kinds: [Pool.Kind] = isSmooth ? [.mean, .sum] : Pool.Kind.allCases
    let kind = kinds.randomElement(using: &generator)!
    let passing = try Window(window)
    var pool = try Pool(kind, Window(spanning: lengths))
    // A window of nothing but padding is refused, most often.
    if let other = try? Pool(kind, passing, countsPadding: pick(0...1) == 0) { pool = other }
    let front = values[place].shape.count / lengths.reduce(1, *)
    guard front * pool.window.outputCount <= Self.largest else { return try addScale() }
    try add(.pool(pool), reading: [place])
  }

  private mutating func addRearrangement() throws {
    // One parent, or several, of which one may come twice.
    let parents = (0..<pick(1...3)).map { _ in source() }
    let total = parents.reduce(0) { $0 + values[$1].shape.count }
    let shape: Shape
    var indices: [Int32]
    switch pick(0...2) {
    case 0:  // All numbers in another order.
      guard total <= Self.largest else { return try addScale() }
      shape = Shape(vector: total)
      indices = (0..<Int32(total)).shuffled(using: &generator)
    case 1:  // A slice.
      let count = pick(1...min(total, 20))
      let first = pick(0...total - count)
      shape = Shape(vector: count)
      indices = (first..<first + count).map { Int32($0) }
    default:  // Anything, with repeats and constants.
      shape = try Shape([pick(1...3), pick(1...3), pick(1...4)])
      indices = (0..<shape.count).map { _ in Int32(pick(-3...total - 1)) }
    }
    try add(
      .rearrange(try Rearrangement(shape: shape, indices: indices, constants: numbers(3))),
      reading: parents)
  }

  private mutating func addPair(_ operation: Networks.Operation) throws {
    let place = source()
    let shape = values[place].shape
    let partner = values.indices.filter { values[$0].shape == shape }.randomElement(
      using: &generator)!
    try add(operation, reading: [place, partner])
  }

  private mutating func addMatrixProduct() throws {
    let place = try source(axes: 2)
    let dimensions = values[place].shape.dimensions
    let (m, k) = (dimensions[dimensions.count - 2], dimensions.last!)
    let front = Array(dimensions.dropLast(2))
    let matrices = front.reduce(1, *)
    let n = pick(1...3)
    guard matrices * m * n <= Self.largest, matrices * k * n <= Self.largest else {
      return try addScale()
    }
    // The other factor is made of any value's numbers.
    let other = source()
    let count = values[other].shape.count
    let shape = try Shape(front + [k, n])
    try add(
      .rearrange(
        try Rearrangement(
          shape: shape, indices: (0..<shape.count).map { Int32(($0 * 5 + 1) % count) })),
      reading: [other])
    try add(.scale(try Scale(factors: [0.5], offsets: nil)), reading: [values.count - 1])
    try add(.matrixProduct, reading: [place, values.count - 1])
  }

  // MARK: The end

  /// Gathers the values that nothing reads, and some others, through a matrix each.
  private mutating func finished(named name: String, isClassifier: Bool) throws -> Network {
    var sum: Int?
    for place in values.indices where values[place].readers == 0 || pick(0...4) == 0 {
      let count = values[place].shape.count
      var read = place
      if values[place].shape.dimensions.count > 1 {
        try add(.reshape(Shape(vector: count)), reading: [place])
        read = values.count - 1
      }
      try add(
        .dense(
          try Dense(
            inputs: count, weight: numbers(3 * count, scale: 1 / Double(count).squareRoot()),
            bias: numbers(3, scale: 0.3))),
        reading: [read])
      let latest = values.count - 1
      if let before = sum {
        try add(.add, reading: [before, latest])
        sum = values.count - 1
      } else {
        sum = latest
      }
    }
    if isClassifier {
      try add(.softmax, reading: [sum!])
      sum = values.count - 1
    }
    return try builder.network(named: name, output: values[sum!].name)
  }
}
