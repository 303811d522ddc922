/// A node as its operator's importer sees it.
struct Call {
  /// Operator and node in messages.
  let title: String
  /// The name of its last operation in the network, unique.
  let name: String
  /// What it reads; none where an optional input is left out.
  let inputs: [Importer.Value?]
  /// The names of what it makes.
  let outputs: [String]
  let attributes: [AttributeProto]
  /// The version of the operators, which changes what some mean.
  let opset: Int

  /// That this node cannot be imported, and why.
  func unsupported(_ why: String) -> ONNXError { .unsupported("\(title) \(why)") }

  /// That this node cannot be.
  func damaged(_ why: String) -> ONNXError { .damaged("\(title) \(why)") }

  // MARK: Inputs

  /// An input that must be there.
  func input(_ place: Int) throws(ONNXError) -> Importer.Value {
    guard place < inputs.count, let value = inputs[place] else {
      throw damaged("has no input \(place)")
    }
    return value
  }

  /// An input that may be left out.
  func optional(_ place: Int) -> Importer.Value? { place < inputs.count ? inputs[place] : nil }

  /// An input that depends on the network's.
  func computed(_ place: Int) throws(ONNXError) -> Importer.Computed {
    guard case .computed(let value) = try input(place) else {
      throw unsupported("has a constant as input \(place), which is not supported")
    }
    return value
  }

  /// The first of some values that depends on the network's input.
  func computed(in values: [Importer.Value]) throws(ONNXError) -> Importer.Computed {
    for value in values {
      if case .computed(let computed) = value { return computed }
    }
    throw unsupported("reads nothing computed")
  }

  /// An input that does not depend on the network's.
  func constant(_ place: Int) throws(ONNXError) -> Constant {
    guard case .constant(let constant) = try input(place) else {
      throw unsupported(
        "has as input \(place) a computed value; only constants are supported there")
    }
    return constant
  }

  // MARK: Attributes

  private func attribute(_ name: String) -> AttributeProto.Value? {
    attributes.last { $0.name == name }?.value
  }

  private func misfit(_ name: String) -> ONNXError {
    damaged("has an attribute '\(name)' of the wrong kind")
  }

  /// Whether an attribute is given.
  func has(_ name: String) -> Bool { attribute(name) != nil }

  /// A whole number.
  func integer(_ name: String) throws(ONNXError) -> Int? {
    switch attribute(name) {
    case nil: return nil
    case .integer(let number): return number
    default: throw misfit(name)
    }
  }

  /// A real number, finite.
  func number(_ name: String) throws(ONNXError) -> Double? {
    switch attribute(name) {
    case nil: return nil
    case .float(let number) where number.isFinite: return Double(number)
    default: throw misfit(name)
    }
  }

  /// A bound, which may be infinite.
  func bound(_ name: String) throws(ONNXError) -> Float? {
    switch attribute(name) {
    case nil: return nil
    case .float(let number) where !number.isNaN: return number
    default: throw misfit(name)
    }
  }

  /// Whole numbers.
  func integers(_ name: String) throws(ONNXError) -> [Int]? {
    switch attribute(name) {
    case nil: return nil
    case .integers(let numbers): return numbers
    default: throw misfit(name)
    }
  }

  /// Real numbers.
  func numbers(_ name: String) throws(ONNXError) -> [Float]? {
    switch attribute(name) {
    case nil: return nil
    case .floats(let numbers): return numbers
    default: throw misfit(name)
    }
  }

  /// A text.
  func text(_ name: String) throws(ONNXError) -> String? {
    switch attribute(name) {
    case nil: return nil
    case .string(let text): return text
    default: throw misfit(name)
    }
  }

  /// A tensor.
  func tensor(_ name: String) throws(ONNXError) -> TensorProto? {
    switch attribute(name) {
    case nil: return nil
    case .tensor(let tensor): return tensor
    default: throw misfit(name)
    }
  }

  /// A switch that has to be off.
  func refuse(_ name: String, unless allowed: Int) throws(ONNXError) {
    guard let value = try integer(name), value != allowed else { return }
    throw unsupported("has \(name)=\(value); only \(allowed) is supported")
  }

  /// An axis of a value, counted from the end if negative.
  func axis(_ axis: Int, of rank: Int) throws(ONNXError) -> Int {
    guard axis >= -rank, axis < rank else {
      throw damaged("names axis \(axis) of a value with \(rank)")
    }
    return axis < 0 ? axis + rank : axis
  }
}
