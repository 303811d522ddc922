/// A model file that cannot be turned into a network: what is wrong with it, in one phrase.
public struct ONNXError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Whose fault it is, which decides what helps.
  public enum Kind: Hashable, Sendable {
    /// The file cannot be read, or its bytes are not a sound model.
    case damaged
    /// The model is sound, as far as one can tell, but says something that networks here cannot.
    case unsupported
    /// The model has several inputs or outputs, or not those that were chosen.
    case choice
  }

  /// Whose fault it is.
  public let kind: Kind
  /// What is wrong, with the node or tensor it is about.
  public let description: String

  static func damaged(_ description: String) -> ONNXError {
    ONNXError(kind: .damaged, description: description)
  }

  static func unsupported(_ description: String) -> ONNXError {
    ONNXError(kind: .unsupported, description: description)
  }

  static func choice(_ description: String) -> ONNXError {
    ONNXError(kind: .choice, description: description)
  }

  /// A name as messages show it: of a very long one only the beginning.
  static func short(_ name: String) -> String {
    name.utf8.count <= 100 ? name : "\(name.prefix(100))..."
  }
}
