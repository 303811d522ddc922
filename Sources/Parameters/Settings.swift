/// The values of a substrate's parameters.
public struct Settings: Hashable, Sendable {
  /// The parameters in their order.
  public let parameters: [Parameter]
  private var values: [String: Parameter.Value]
  private var given: Set<String> = []

  /// The defaults of some parameters, each of another name.
  public init(defaultsOf parameters: [Parameter]) {
    self.parameters = parameters
    values = [:]
    for parameter in parameters { values[parameter.name] = parameter.defaultValue }
  }

  /// Sets a parameter from text.
  ///
  /// - Throws: `SettingError` if there is no such parameter, its domain does not hold the value, or
  ///   it and one that it replaces are both set.
  public mutating func set(_ name: String, to text: String) throws(SettingError) {
    guard let parameter = parameters.first(where: { $0.name == name }) else {
      throw .unknown(name, known: parameters.map(\.name))
    }
    guard let value = parameter.value(of: text) else {
      throw .outOfRange(parameter, text)
    }
    for other in parameters where other.replaces == name || parameter.replaces == other.name {
      guard !given.contains(other.name) else { throw .conflict(name, other.name) }
      values[other.name] = nil
    }
    values[name] = value
    given.insert(name)
  }

  /// Whether a value was set, not left at its default.
  public func isGiven(_ name: String) -> Bool { given.contains(name) }

  /// A parameter's value, if it has one.
  public func value(_ name: String) -> Parameter.Value? {
    precondition(parameters.contains { $0.name == name }, "no parameter '\(name)'")
    return values[name]
  }

  /// A parameter's numbers by layer; none for anything else.
  public func numbers(_ name: String) -> [Double]? {
    if case .numbers(let numbers) = value(name) { numbers } else { nil }
  }

  /// A parameter's number; none for several, a word or without a value.
  public func number(_ name: String) -> Double? {
    if case .number(let number) = value(name) { number } else { nil }
  }

  /// A parameter's word; none for numbers or without a value.
  public func word(_ name: String) -> String? {
    if case .word(let word) = value(name) { word } else { nil }
  }
}

/// A setting that cannot be.
public enum SettingError: Error, Hashable, Sendable {
  /// The substrate has no parameter of that name.
  case unknown(String, known: [String])
  /// The parameter does not take that value.
  case outOfRange(Parameter, String)
  /// The two parameters exclude each other.
  case conflict(String, String)
}
