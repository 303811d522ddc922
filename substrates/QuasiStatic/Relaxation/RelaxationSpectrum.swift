internal import Kernels
internal import Networks
internal import StochasticThermodynamics

/// The least and the largest relaxation rate of the landscape around a forward pass, times τ0.
///
/// They are the extreme eigenvalues of M = A'ᵀA' with A' = 1 - S J S⁻¹, S = diag √K: unchanged when
/// a layer is rescaled at given snr. A' is one pass through the network minus the identity, and its
/// inverse is a pass too (it is triangular in the layers' order), so both ends are found as the
/// largest eigenvalue of an operator, M or M⁻¹, by Lanczos' method, for a block of samples at once.
///
/// Small networks are iterated with full reorthogonalisation, to nine digits. For large ones that would take
/// more time and memory than the passes themselves; rounding then only makes the iteration find eigenvalues
/// again that it has found before (C. Paige), and the extreme ones come out as they are, to four digits.
struct RelaxationSpectrum {
  private let landscape: Landscape
  private let workspace: LayerWorkspace<Double>
  private let lanes: Int
  private let scales: [Double]

  /// - Parameters:
  ///   - drive: on whose way the rates are taken.
  ///   - point: where on it, from 0 to 1.
  init(_ landscape: Landscape, _ drive: Drive, at point: Double = 1) {
    self.landscape = landscape
    lanes = drive.lanes
    workspace = LayerWorkspace(landscape.engine, lanes: lanes)
    scales = landscape.stiffness.map { $0.squareRoot() }
    drive.place(Array(repeating: point, count: lanes), in: workspace)
    let states = Block<Double>(rows: landscape.engine.neuronCount, lanes: lanes)
    landscape.engine.forward(into: states, in: workspace)
  }

  /// The largest rate, for each lane.
  func largest() -> [Double] {
    largestEigenvalues { vector, image in
      image.assign(vector)
      forward(vector, into: image, inverse: false)
      let between = Block<Double>(rows: vector.rows, lanes: lanes)
      between.assign(image)
      backward(between, into: image, inverse: false)
    }
  }

  /// Least and largest rate, for each lane.
  func extremes() -> [(least: Double, largest: Double)] {
    let inverse = largestEigenvalues { vector, image in
      image.assign(vector)
      backward(vector, into: image, inverse: true)
      let between = Block<Double>(rows: vector.rows, lanes: lanes)
      between.assign(image)
      forward(between, into: image, inverse: true)
    }
    return zip(largest(), inverse).map { (1 / $1, $0) }
  }

  /// M of the first lane, `[neurons][neurons]`, column by column.
  ///
  /// - Complexity: O(neurons³).
  func hessian() -> [[Double]] {
    let count = landscape.engine.neuronCount
    let columns = (0..<count).map { column in
      let vector = Block<Double>(rows: count, lanes: lanes)
      vector[column, 0] = 1
      let image = Block<Double>(rows: count, lanes: lanes)
      image.assign(vector)
      forward(vector, into: image, inverse: false)
      return (0..<count).map { image[$0, 0] }
    }
    return columns.map { a in columns.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  /// image = A' vector, or A'⁻¹ vector; image starts as a copy of vector.
  private func forward(_ vector: Block<Double>, into image: Block<Double>, inverse: Bool) {
    let engine = landscape.engine
    let scaled = Block<Double>(rows: engine.neuronCount, lanes: lanes)
    let moved = Block<Double>(rows: engine.neuronCount, lanes: lanes)
    for (index, layer) in engine.layers.enumerated() where scales[index] > 0 {
      let row = layer.rows.lowerBound
      engine.pushforward(
        index, tangents: scaled, inputs: nil, into: moved.row(row), in: workspace)
      kernels_combine2_f64(
        layer.count * lanes, 1, vector.row(row), inverse ? scales[index] : -scales[index],
        moved.row(row), image.row(row))
      // Later layers see this one's vector; when solving, its solution.
      kernels_combine1_f64(
        layer.count * lanes, 1 / scales[index], (inverse ? image : vector).row(row),
        scaled.row(row))
    }
  }

  /// image = A'ᵀ vector, or A'⁻ᵀ vector; image starts as a copy of vector.
  private func backward(_ vector: Block<Double>, into image: Block<Double>, inverse: Bool) {
    let engine = landscape.engine
    let scaled = Block<Double>(rows: engine.neuronCount, lanes: lanes)
    for (index, layer) in engine.layers.enumerated().reversed() where scales[index] > 0 {
      let row = layer.rows.lowerBound
      kernels_combine1_f64(
        layer.count * lanes, scales[index], (inverse ? image : vector).row(row), scaled.row(row))
      engine.pullback(index, cotangent: scaled.row(row), in: workspace)
      for edge in engine.edgesInto[index] {
        guard case .layer(let source) = engine.edges[edge].source, scales[source] > 0 else {
          continue
        }
        let target = image.row(engine.layers[source].rows.lowerBound)
        kernels_combine2_f64(
          engine.layers[source].count * lanes, 1, target, (inverse ? 1 : -1) / scales[source],
          workspace.edges.row(engine.edges[edge].rows.lowerBound), target)
      }
    }
  }

  /// The largest eigenvalue of a symmetric positive operator, for each lane, by Lanczos' method
  /// with full reorthogonalisation.
  private func largestEigenvalues(
    of apply: (_ vector: Block<Double>, _ image: Block<Double>) -> Void
  ) -> [Double] {
    let rows = landscape.engine.neuronCount
    let isLarge = rows > Self.mostOrthogonalised
    var basis: [Block<Double>] = []
    var diagonals: [[Double]] = []
    var offDiagonals: [[Double]] = []
    var vector = Block<Double>(rows: rows, lanes: lanes)
    var generator = SeededGenerator(seed: 1, purpose: "Lanczos start")
    for row in 0..<rows {
      let number = generator.uniform() - 0.5
      for lane in 0..<lanes { vector[row, lane] = number }
    }
    normalise(vector)
    var estimates = [Double](repeating: 0, count: lanes)
    for iteration in 1...min(rows, Self.mostIterations) {
      basis.append(vector)
      if isLarge { basis = basis.suffix(2) }
      let image = Block<Double>(rows: rows, lanes: lanes)
      apply(vector, image)
      var diagonal: [Double] = []
      // Twice is enough (W. Kahan, B. Parlett).
      for pass in 0..<2 {
        for (place, old) in basis.enumerated() {
          var product = [Double](repeating: 0, count: lanes)
          kernels_lane_dot_f64(rows, lanes, -1, old.pointer, image.pointer, &product)
          if pass == 0, place == basis.count - 1 { diagonal = product.map { -$0 } }
          kernels_scale_add_f64(
            rows, lanes, product, old.pointer, image.pointer, image.pointer)
        }
      }
      diagonals.append(diagonal)
      let sizes = normalise(image)
      let isLast = iteration == min(rows, Self.mostIterations)
      if isLast || iteration.isMultiple(of: 8) {
        let newer = (0..<lanes).map { lane in
          Self.largest(diagonals.map { $0[lane] }, offDiagonals.map { $0[lane] })
        }
        let change = zip(newer, estimates).map { abs($0 / $1 - 1) }.max() ?? 0
        estimates = newer
        if change < (isLarge ? 1e-4 : 1e-9) { break }
      }
      offDiagonals.append(sizes)
      vector = image
    }
    return estimates
  }

  private static let mostIterations = 64
  /// Neurons.
  private static let mostOrthogonalised = 512

  /// Makes each lane's vector one of length 1, or 0 where there is nothing left of it; its length
  /// before.
  @discardableResult
  private func normalise(_ vector: Block<Double>) -> [Double] {
    var squares = [Double](repeating: 0, count: lanes)
    kernels_lane_dot_f64(vector.rows, lanes, 1, vector.pointer, vector.pointer, &squares)
    let sizes = squares.map { $0 > 1e-24 ? $0.squareRoot() : 0 }
    for row in 0..<vector.rows {
      for lane in 0..<lanes {
        vector[row, lane] = sizes[lane] > 0 ? vector[row, lane] / sizes[lane] : 0
      }
    }
    return sizes
  }

  /// The largest eigenvalue of a symmetric tridiagonal matrix, by bisection on the signs of its
  /// leading minors.
  static func largest(_ diagonal: [Double], _ offDiagonal: [Double]) -> Double {
    let count = diagonal.count
    func reach(_ index: Int) -> Double {
      (index > 0 ? abs(offDiagonal[index - 1]) : 0)
        + (index + 1 < count ? abs(offDiagonal[index]) : 0)
    }
    var low = diagonal.max() ?? 0
    var high = diagonal.indices.map { diagonal[$0] + reach($0) }.max() ?? 0
    for _ in 0..<80 where high - low > 1e-14 * abs(high) {
      let middle = 0.5 * (low + high)
      var pivot = diagonal[0] - middle
      var isBelow = pivot > 0
      for index in 1..<max(count, 1) where !isBelow {
        let off = offDiagonal[index - 1]
        pivot = diagonal[index] - middle - off * off / (pivot == 0 ? 1e-300 : pivot)
        isBelow = pivot > 0
      }
      if isBelow { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
