/// One operation on codes and accumulators, for one sample.
enum Step: Sendable {
  /// Where an operand stands.
  enum Place: Hashable, Sendable {
    /// Among the codes, with the zero point to take off.
    case codes(Int, zero: Int)
    /// Among the accumulators.
    case accumulators(Int)
  }

  /// A value brought to the step of a sum.
  struct Term: Sendable {
    let place: Place
    let factors: Multipliers
  }

  /// Codes that are always the same.
  case hold([UInt16], to: Int)
  /// Codes to other places.
  case move([Int32], to: Int)
  /// Runs of codes to accumulators.
  case multiply(IntegerMatrix, runs: Int, from: Int, to: Int)
  /// Codes to accumulators, position by position.
  case convolve(IntegerConvolution, repeats: Int, from: Int, scratch: Int, to: Int)
  /// Two values' codes to accumulators.
  case product(IntegerProduct, from: Int, Int, to: Int)
  /// Windows of codes to accumulators.
  case total(IntegerPool, components: Int, from: Int, zero: Int, to: Int)
  /// Windows of codes to codes.
  case greatest(IntegerPool, components: Int, from: Int, to: Int)
  /// Each term rescaled to the sum's step and added up in an accumulator, which starts from an offset
  /// where there are any.
  case sum([Term], offsets: [Int64]?, to: Int, count: Int)
  /// An operand rescaled to a layer's step and held between two codes: a ReLU ends at the code of 0.
  case requantise(Place, Multipliers, Quantiser, within: ClosedRange<Int>, to: Int)
  /// An operand rescaled to the step of a table that it then addresses.
  case look(Place, Multipliers, address: Quantiser, table: [UInt16], to: Int)
  /// Floating point between integers.
  case real(RealFunction, from: Int, to: Int)

  /// Performs the operation for one sample.
  func run(
    _ codes: UnsafeMutablePointer<UInt16>, _ accumulators: UnsafeMutablePointer<Int64>
  ) {
    /// Rescales what stands at a place.
    @inline(__always)
    func rescale(
      _ place: Place, _ factors: Multipliers, _ body: (_ index: Int, _ steps: Int64) -> Void
    ) {
      switch place {
      case .codes(let start, let zero):
        let source = codes + start
        factors.apply({ Int64(Int(source[$0]) &- zero) }, body)
      case .accumulators(let start):
        let source = accumulators + start
        factors.apply({ source[$0] }, body)
      }
    }
    switch self {
    case .hold(let constants, let target):
      for (place, code) in constants.enumerated() { codes[target + place] = code }
    case .move(let sources, let target):
      for (place, source) in sources.enumerated() { codes[target + place] = codes[Int(source)] }
    case .multiply(let matrix, let runs, let source, let target):
      for run in 0..<runs {
        matrix.multiply(
          codes + source + run * matrix.columns, rows: 0..<matrix.rows,
          into: accumulators + target + run * matrix.rows, stride: 1)
      }
    case .convolve(let convolution, let repeats, let source, let scratch, let target):
      convolution.multiply(
        codes + source, repeats: repeats, scratch: codes + scratch, into: accumulators + target)
    case .product(let product, let left, let right, let target):
      product.multiply(codes + left, codes + right, into: accumulators + target)
    case .total(let pool, let components, let source, let zero, let target):
      pool.total(
        codes + source, zero: zero, components: components, into: accumulators + target)
    case .greatest(let pool, let components, let source, let target):
      pool.greatest(codes + source, components: components, into: codes + target)
    case .sum(let terms, let offsets, let target, let count):
      let sums = accumulators + target
      if let offsets {
        for index in 0..<count { sums[index] = offsets[index] }
      } else {
        sums.update(repeating: 0, count: count)
      }
      for term in terms {
        rescale(term.place, term.factors) { sums[$0] = sums[$0] &+ $1 }
      }
    case .requantise(let place, let factors, let quantiser, let range, let target):
      let result = codes + target
      rescale(place, factors) { result[$0] = quantiser.code(steps: $1, within: range) }
    case .look(let place, let factors, let address, let table, let target):
      let result = codes + target
      table.withUnsafeBufferPointer { table in
        rescale(place, factors) {
          result[$0] = table[Int(address.code(steps: $1, within: address.codes))]
        }
      }
    case .real(let function, let source, let target):
      function.apply(codes + source, into: codes + target)
    }
  }
}
