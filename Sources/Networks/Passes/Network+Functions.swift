extension Network {
  /// One function where a framework writes it as a product with constants and sums around: GELU, SiLU and
  /// hard swish.
  ///
  /// - Complexity: O(operations).
  func fusingFunctions() throws(NetworkError) -> Network {
    var editor = Editor(self)
    for index in editor.items.indices where editor.items[index].operation == .multiply {
      let parents = editor.items[index].parents
      for (left, right) in [(parents[0], parents[1]), (parents[1], parents[0])] {
        guard let match = editor.selfGate(left, right) else { continue }
        let shape = editor.items[index].shape
        let read = editor.reshaped(match.source, to: shape, before: index)
        guard match.factor != 1 else {
          editor.replace(index, by: .activation(match.function), reading: [read])
          break
        }
        let function = editor.insert(
          .activation(match.function), shape: shape, reading: [read], before: index)
        editor.replace(
          index, by: .scale(try Scale(factors: [Float(match.factor)], offsets: nil)),
          reading: [function])
        editor.exchangeNames(function, index)
        break
      }
    }
    return try editor.network()
  }
}

extension Editor {
  /// A value as a x + b of another, past scales with one constant for all.
  func scalar(_ index: Int) -> (source: Int, factor: Double, offset: Double) {
    var index = origin(of: index)
    var (factor, offset) = (1.0, 0.0)
    while case .scale(let scale) = items[index].operation, scale.count == 1 {
      offset += factor * scale.offset(of: 0)
      factor *= scale.factor(of: 0)
      index = origin(of: items[index].parents[0])
    }
    return (index, factor, offset)
  }

  /// The function that an item applies, and a x + b that it applies it to.
  fileprivate func function(
    _ index: Int
  ) -> (function: Activation, of: (source: Int, factor: Double, offset: Double))? {
    guard case .activation(let function) = items[index].operation else { return nil }
    return (function, scalar(items[index].parents[0]))
  }

  /// `factor` f(x) for a product of x, or a multiple of it, and a function of x that makes f of it.
  fileprivate func selfGate(
    _ left: Int, _ right: Int
  ) -> (function: Activation, source: Int, factor: Double)? {
    let value = scalar(left)
    let gate = scalar(right)
    guard value.offset == 0, let (function, argument) = function(gate.source) else { return nil }
    let factor = value.factor * gate.factor
    func isAbout(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-5 * abs(b) }
    // What the function is applied to is x: to be compared with.
    let isOfValue = argument.source == value.source && argument.offset == 0
    switch function {
    case .sigmoid where isOfValue && argument.factor == 1 && gate.offset == 0:
      return (.silu, value.source, factor)
    case .hardSigmoid(let alpha, let beta)
    where isOfValue && argument.factor == 1 && gate.offset == 0
      && isAbout(Double(alpha), 1.0 / 6) && beta == 0.5:
      return (.hardSwish, value.source, factor)
    case .clip(let lower, let upper)
    where argument.source == value.source && argument.factor == 1 && argument.offset == 3
      && lower == 0 && upper == 6 && gate.offset == 0:
      return (.hardSwish, value.source, 6 * factor)
    case .erf
    where isOfValue && isAbout(argument.factor, 0.5.squareRoot())
      && isAbout(gate.offset, gate.factor):
      return (.gelu, value.source, 2 * factor)
    case .tanh
    where isAbout(argument.factor, (2 / Double.pi).squareRoot()) && argument.offset == 0
      && isAbout(gate.offset, gate.factor) && isCubic(argument.source, of: value.source):
      return (.geluTanh, value.source, 2 * factor)
    default:
      return nil
    }
  }

  /// Whether an item is x + 0.044715 x³.
  private func isCubic(_ index: Int, of source: Int) -> Bool {
    let item = items[index]
    guard item.operation == .add, item.parents.count == 2 else { return false }
    let terms = item.parents.map { scalar($0) }
    guard let linear = terms.firstIndex(where: { $0.source == source && $0.factor == 1 }) else {
      return false
    }
    let cube = terms[1 - linear]
    guard terms.allSatisfy({ $0.offset == 0 }), abs(cube.factor - 0.044715) < 1e-6 else {
      return false
    }
    switch items[cube.source].operation {
    case .activation(.power(3)):
      return origin(of: items[cube.source].parents[0]) == source
    case .multiply:
      let factors = items[cube.source].parents.map { origin(of: $0) }
      return [(factors[0], factors[1]), (factors[1], factors[0])].contains { one, other in
        one == source && isSquare(other, of: source)
      }
    default:
      return false
    }
  }

  /// Whether an item is x².
  func isSquare(_ index: Int, of source: Int) -> Bool {
    switch items[index].operation {
    case .activation(.power(2)): origin(of: items[index].parents[0]) == source
    case .multiply: items[index].parents.allSatisfy { origin(of: $0) == source }
    default: false
    }
  }
}
