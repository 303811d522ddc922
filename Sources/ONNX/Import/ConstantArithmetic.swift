internal import Foundation

/// What is done with two constants.
enum ConstantOperation {
  case add, subtract, multiply, divide, power, maximum, minimum, remainder
  case equal, less, lessOrEqual, greater, greaterOrEqual, and, or

  /// Whether the result is a truth value.
  var isComparison: Bool {
    switch self {
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or: true
    case .add, .subtract, .multiply, .divide, .power, .maximum, .minimum, .remainder: false
    }
  }

  func callAsFunction(_ a: Float, _ b: Float) -> Float {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .power: Float(pow(Double(a), Double(b)))
    case .maximum: max(a, b)
    case .minimum: min(a, b)
    case .remainder: fmodf(a, b)
    case .equal: a == b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    case .and: a != 0 && b != 0 ? 1 : 0
    case .or: a != 0 || b != 0 ? 1 : 0
    }
  }

  /// None if no whole number holds the result.
  func callAsFunction(_ a: Int, _ b: Int) -> Int? {
    func sound(_ result: (Int, Bool)) -> Int? { result.1 ? nil : result.0 }
    switch self {
    case .add: return sound(a.addingReportingOverflow(b))
    case .subtract: return sound(a.subtractingReportingOverflow(b))
    case .multiply: return sound(a.multipliedReportingOverflow(by: b))
    case .divide: return sound(a.dividedReportingOverflow(by: b))
    case .remainder:
      guard let rest = sound(a.remainderReportingOverflow(dividingBy: b)) else { return nil }
      // The sign is the divisor's.
      return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
    case .power:
      guard b >= 0, b < 64 else { return nil }
      var result = 1
      for _ in 0..<b {
        guard let next = sound(result.multipliedReportingOverflow(by: a)) else { return nil }
        result = next
      }
      return result
    case .maximum: return max(a, b)
    case .minimum: return min(a, b)
    case .equal: return a == b ? 1 : 0
    case .less: return a < b ? 1 : 0
    case .lessOrEqual: return a <= b ? 1 : 0
    case .greater: return a > b ? 1 : 0
    case .greaterOrEqual: return a >= b ? 1 : 0
    case .and: return a != 0 && b != 0 ? 1 : 0
    case .or: return a != 0 || b != 0 ? 1 : 0
    }
  }
}

extension Importer {
  /// Works out what two constants make, as broadcasting has it.
  mutating func worked(
    _ operation: ConstantOperation, _ left: Constant, _ right: Constant, _ call: Call
  ) throws(ONNXError) -> Constant {
    guard left.isReal == right.isReal else {
      throw call.unsupported(
        "combines constants of shapes \(left.dims) and \(right.dims), of which one holds reals")
    }
    let dims = try broadcast(left.dims, right.dims, call)
    guard let count = elementCount(dims) else {
      throw call.unsupported("makes a constant of impossible shape \(dims)")
    }
    try budget.take(count, of: .constants, for: call.title)
    let (first, second) = (try numbers(of: left, call), try numbers(of: right, call))
    let (i, j) = (try places(left.dims, in: dims, call), try places(right.dims, in: dims, call))
    switch (first, second) {
    case (.reals(let a), .reals(let b)):
      let numbers = (0..<count).map { operation(a[i($0)], b[j($0)]) }
      return Constant(
        dims: dims, operation.isComparison ? .wholes(numbers.map { Int($0) }) : .reals(numbers))
    case (.wholes(let a), .wholes(let b)):
      var numbers: [Int] = []
      numbers.reserveCapacity(count)
      for place in 0..<count {
        guard let number = operation(a[i(place)], b[j(place)]) else {
          throw call.damaged("has a result that no whole number holds")
        }
        numbers.append(number)
      }
      return Constant(dims: dims, .wholes(numbers))
    default:
      throw call.unsupported("combines reals and whole numbers")
    }
  }

  /// Where a constant's number for each number of a result stands.
  private mutating func places(
    _ own: [Int], in dims: [Int], _ call: Call
  ) throws(ONNXError) -> (Int) -> Int {
    if elementCount(own) == 1 { return { _ in 0 } }
    if elementCount(own) == elementCount(dims) { return { $0 } }
    let missing = dims.count - own.count
    let steps = strides(of: own)
    let table = try table(
      dims.indices.map { axis in
        let isRepeated = axis < missing || own[axis - missing] == 1
        return .run(count: dims[axis], step: isRepeated ? 0 : steps[axis - missing])
      }, call)
    return { Int(table[$0]) }
  }

  /// Works out a function of each number of a constant of reals.
  mutating func worked(
    _ constant: Constant, _ call: Call, _ function: (Double) -> Double
  ) throws(ONNXError) -> Constant {
    guard case .reals(let numbers) = try numbers(of: constant, call) else {
      throw call.unsupported("has a constant that holds whole numbers; reals are due")
    }
    try budget.take(numbers.count, of: .constants, for: call.title)
    return Constant(dims: constant.dims, .reals(numbers.map { Float(function(Double($0))) }))
  }
}
