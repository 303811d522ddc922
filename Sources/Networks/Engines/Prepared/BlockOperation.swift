/// An operation prepared for blocks of samples: what it computes, and products with its Jacobian.
///
/// Every function takes values of `rows` rows as the operation's result has them, for `lanes` samples.
/// What is written never overlaps what is read.
enum BlockOperation<Scalar: KernelScalar>: Sendable {
  case dense(PackedDense<Scalar>, runs: Int)
  case convolution(PackedConvolution<Scalar>, repeats: Int)
  case scale(PackedScale<Scalar>)
  case activation(Activation)
  case prelu(ParametricReLU)
  case sum
  case product
  case matrixProduct(MatrixExtents)
  case softmax(length: Int)
  case logSoftmax(length: Int)
  case normalize(length: Int, epsilon: Scalar)
  case pool(PackedPool<Scalar>)
  case rearrange(PackedRearrangement<Scalar>)

  /// Prepares an operation.
  ///
  /// - Parameters:
  ///   - shape: of its value.
  ///   - parents: the shapes of what it reads.
  ///   - direction: whether pullbacks are wanted too.
  init(_ operation: Operation, shape: Shape, parents: [Shape], withPullback: Bool = true) {
    let last = shape.dimensions.last ?? 1
    switch operation {
    case .input, .reshape: preconditionFailure("nothing to compute")
    case .dense(let dense):
      self = .dense(
        PackedDense(dense, withTransposed: withPullback), runs: shape.count / dense.outputs)
    case .convolution(let convolution):
      self = .convolution(
        PackedConvolution(convolution, withPullback: withPullback),
        repeats: shape.count / (convolution.outputChannels * convolution.outputPositions))
    case .scale(let scale): self = .scale(PackedScale(scale))
    case .activation(let function): self = .activation(function)
    case .prelu(let prelu): self = .prelu(prelu)
    case .add: self = .sum
    case .multiply: self = .product
    case .matrixProduct: self = .matrixProduct(MatrixExtents(parents[0], parents[1]))
    case .softmax: self = .softmax(length: last)
    case .logSoftmax: self = .logSoftmax(length: last)
    case .normalize(let epsilon): self = .normalize(length: last, epsilon: Scalar(epsilon))
    case .pool(let pool): self = .pool(PackedPool(pool, withPullback: withPullback))
    case .rearrange(let rearrangement):
      self = .rearrange(PackedRearrangement(rearrangement, parents: parents.map(\.count)))
    }
  }

  /// y from the values of the parents, the first and the others.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  func forward(
    _ x: UnsafePointer<Scalar>, _ others: [UnsafePointer<Scalar>], rows: Int, lanes: Int,
    into y: UnsafeMutablePointer<Scalar>
  ) {
    switch self {
    case .dense(let weights, let runs):
      for run in 0..<runs {
        Scalar.affine(
          rows: weights.outputs, columns: weights.inputs, lanes: lanes, weights.forward!,
          bias: weights.bias, x + run * weights.inputs * lanes,
          into: y + run * weights.outputs * lanes, accumulating: false)
      }
    case .convolution(let convolution, let repeats):
      convolution.forward(x, repeats: repeats, lanes: lanes, isAffine: true, into: y)
    case .scale(let scale):
      scale.apply(x, rows: rows, lanes: lanes, isAffine: true, into: y)
    case .activation(let function):
      Scalar.activate(function, count: rows * lanes, x, into: y)
    case .prelu(let prelu):
      for start in stride(from: 0, to: rows, by: prelu.inner) {
        let slope = Activation.leakyReLU(
          slope: prelu.slopes[start / prelu.inner % prelu.slopes.count])
        Scalar.activate(
          slope, count: prelu.inner * lanes, x + start * lanes, into: y + start * lanes)
      }
    case .sum:
      y.update(from: x, count: rows * lanes)
      for other in others { Scalar.add(count: rows * lanes, other, to: y) }
    case .product:
      Scalar.multiply(count: rows * lanes, x, others[0], into: y, accumulating: false)
    case .matrixProduct(let extents):
      extents.multiply(x, others[0], lanes: lanes, into: y, accumulating: false)
    case .softmax(let length):
      for start in stride(from: 0, to: rows, by: length) {
        Scalar.softmax(rows: length, lanes: lanes, x + start * lanes, into: y + start * lanes)
      }
    case .logSoftmax(let length):
      for start in stride(from: 0, to: rows, by: length) {
        Scalar.logSoftmax(rows: length, lanes: lanes, x + start * lanes, into: y + start * lanes)
      }
    case .normalize(let length, let epsilon):
      for start in stride(from: 0, to: rows, by: length) {
        Scalar.normalize(
          rows: length, lanes: lanes, epsilon: epsilon, x + start * lanes, into: y + start * lanes)
      }
    case .pool(let pool):
      pool.forward(x, rows: rows, lanes: lanes, into: y)
    case .rearrange(let rearrangement):
      rearrangement.forward([x] + others, lanes: lanes, constants: true, into: y)
    }
  }

  /// ∂(g · y)/∂parent for one of the parents.
  ///
  /// - Parameters:
  ///   - place: which parent.
  ///   - above: g.
  ///   - x: the first parent's value.
  ///   - others: the other parents' values.
  ///   - y: the operation's own value.
  ///   - temporary: memory as large as that parent's value, or none if the product is to be written, not
  ///     added.
  ///   - target: is written, or added to.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  func pullback(
    to place: Int, _ above: UnsafePointer<Scalar>, at x: UnsafePointer<Scalar>,
    _ others: [UnsafePointer<Scalar>], value y: UnsafePointer<Scalar>, rows: Int, lanes: Int,
    addingBy temporary: UnsafeMutablePointer<Scalar>?, into target: UnsafeMutablePointer<Scalar>
  ) {
    if case .dense(let weights, let runs) = self {
      for run in 0..<runs {
        Scalar.affine(
          rows: weights.inputs, columns: weights.outputs, lanes: lanes, weights.transposed!,
          bias: nil, above + run * weights.outputs * lanes,
          into: target + run * weights.inputs * lanes, accumulating: temporary != nil)
      }
      return
    }
    let isAdding = temporary != nil
    switch self {
    case .convolution(let convolution, let repeats):
      return convolution.pullback(
        above, repeats: repeats, lanes: lanes, into: target, accumulating: isAdding)
    case .product:
      return Scalar.multiply(
        count: rows * lanes, above, place == 0 ? others[0] : x, into: target,
        accumulating: isAdding)
    case .matrixProduct(let extents):
      return place == 0
        ? extents.pullbackLeft(above, others[0], lanes: lanes, into: target, accumulating: isAdding)
        : extents.pullbackRight(above, x, lanes: lanes, into: target, accumulating: isAdding)
    case .sum where isAdding: return Scalar.add(count: rows * lanes, above, to: target)
    default: break
    }
    let out = temporary ?? target
    var count = rows
    switch self {
    case .dense, .convolution, .product, .matrixProduct: preconditionFailure("seen above")
    case .scale(let scale):
      scale.apply(above, rows: rows, lanes: lanes, isAffine: false, into: out)
    case .activation(let function):
      Scalar.activateDerivative(
        function, count: rows * lanes, input: x, output: y, above, into: out)
    case .prelu(let prelu):
      for start in stride(from: 0, to: rows, by: prelu.inner) {
        let slope = Activation.leakyReLU(
          slope: prelu.slopes[start / prelu.inner % prelu.slopes.count])
        Scalar.activateDerivative(
          slope, count: prelu.inner * lanes, input: x + start * lanes, output: y + start * lanes,
          above + start * lanes, into: out + start * lanes)
      }
    case .sum:
      out.update(from: above, count: rows * lanes)
    case .softmax(let length):
      for start in stride(from: 0, to: rows, by: length) {
        Scalar.softmaxDerivative(
          rows: length, lanes: lanes, output: y + start * lanes, above + start * lanes,
          into: out + start * lanes)
      }
    case .logSoftmax(let length):
      for start in stride(from: 0, to: rows, by: length) {
        Scalar.logSoftmaxDerivative(
          rows: length, lanes: lanes, output: y + start * lanes, above + start * lanes,
          isTransposed: true, into: out + start * lanes)
      }
    case .normalize(let length, let epsilon):
      for start in stride(from: 0, to: rows, by: length) {
        Scalar.normalizeDerivative(
          rows: length, lanes: lanes, epsilon: epsilon, input: x + start * lanes,
          output: y + start * lanes, above + start * lanes, into: out + start * lanes)
      }
    case .pool(let pool):
      count = pool.inputRows(rows)
      pool.pullback(above, at: x, value: y, rows: rows, lanes: lanes, into: out)
    case .rearrange(let rearrangement):
      count = rearrangement.counts[place]
      rearrangement.pullback(above, to: place, lanes: lanes, into: out)
    }
    if temporary != nil { Scalar.add(count: count * lanes, out, to: target) }
  }

  /// How y moves when the parents move; none of `dx` is where a parent stands still, and not all are.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  func pushforward(
    _ dx: [UnsafePointer<Scalar>?], at x: UnsafePointer<Scalar>, _ others: [UnsafePointer<Scalar>],
    value y: UnsafePointer<Scalar>, rows: Int, lanes: Int, into dy: UnsafeMutablePointer<Scalar>
  ) {
    switch self {
    case .dense(let weights, let runs):
      for run in 0..<runs {
        Scalar.affine(
          rows: weights.outputs, columns: weights.inputs, lanes: lanes, weights.forward!, bias: nil,
          dx[0]! + run * weights.inputs * lanes, into: dy + run * weights.outputs * lanes,
          accumulating: false)
      }
    case .convolution(let convolution, let repeats):
      convolution.forward(dx[0]!, repeats: repeats, lanes: lanes, isAffine: false, into: dy)
    case .scale(let scale):
      scale.apply(dx[0]!, rows: rows, lanes: lanes, isAffine: false, into: dy)
    case .activation, .prelu, .softmax, .normalize:
      // Their Jacobians are symmetric.
      pullback(
        to: 0, dx[0]!, at: x, others, value: y, rows: rows, lanes: lanes, addingBy: nil, into: dy)
    case .logSoftmax(let length):
      for start in stride(from: 0, to: rows, by: length) {
        Scalar.logSoftmaxDerivative(
          rows: length, lanes: lanes, output: y + start * lanes, dx[0]! + start * lanes,
          isTransposed: false, into: dy + start * lanes)
      }
    case .sum:
      var isFirst = true
      for case let moving? in dx {
        if isFirst {
          dy.update(from: moving, count: rows * lanes)
        } else {
          Scalar.add(count: rows * lanes, moving, to: dy)
        }
        isFirst = false
      }
    case .product:
      var isFirst = true
      for (moving, standing) in [(dx[0], others[0]), (dx[1], x)] {
        guard let moving else { continue }
        Scalar.multiply(
          count: rows * lanes, moving, standing, into: dy, accumulating: !isFirst)
        isFirst = false
      }
    case .matrixProduct(let extents):
      if let left = dx[0] {
        extents.multiply(left, others[0], lanes: lanes, into: dy, accumulating: false)
      }
      if let right = dx[1] {
        extents.multiply(x, right, lanes: lanes, into: dy, accumulating: dx[0] != nil)
      }
    case .pool(let pool):
      pool.pushforward(dx[0]!, at: x, value: y, rows: rows, lanes: lanes, into: dy)
    case .rearrange(let rearrangement):
      rearrangement.forward(dx, lanes: lanes, constants: false, into: dy)
    }
  }
}
