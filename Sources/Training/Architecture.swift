public import Networks

/// A stack of dense layers as a few characters: `64-32-10`, or `64-32-10:tanh` with another function than ReLU
/// between the layers. After the last there is none.
public struct Architecture: Hashable, Sendable {
  /// Functions it knows, the default first.
  public static let activations: [Activation] = [
    .relu, .tanh, .sigmoid, .leakyReLU(slope: 0.01), .elu(alpha: 1), .silu, .softplus, .gelu,
  ]
  /// The most neurons in a layer.
  public static let widest = 65_536

  /// Length of the input and of each layer's output; two or more.
  public let sizes: [Int]
  /// The function between layers.
  public let activation: Activation

  /// Reads such characters.
  ///
  /// - Throws: `ArchitectureError` if they are no architecture.
  public init(_ text: String) throws(ArchitectureError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2 else { throw ArchitectureError("has more than one ':'") }
    let words = parts[0].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard words.count > 1 else { throw ArchitectureError("has no layer") }
    var sizes: [Int] = []
    for word in words {
      guard !word.isEmpty, word.utf8.allSatisfy({ (48...57).contains($0) }), let size = Int(word),
        (1...Self.widest).contains(size)
      else {
        throw ArchitectureError(
          "has the layer '\(word)', which is no whole number from 1 to \(Self.widest)")
      }
      sizes.append(size)
    }
    self.sizes = sizes
    guard parts.count == 2 else {
      activation = Self.activations[0]
      return
    }
    guard let known = Self.activations.first(where: { $0.name == parts[1] }) else {
      throw ArchitectureError(
        "has the function '\(parts[1])'; known: "
          + Self.activations.map(\.name).joined(separator: ", "))
    }
    activation = known
  }

  /// Whether a text is meant as an architecture, rightly or not: it begins with a digit and has a `-`, and is
  /// thereby no name of a model.
  public static func isMeant(_ text: String) -> Bool {
    guard let first = text.utf8.first, (48...57).contains(first) else { return false }
    return text.contains("-") && !text.contains("/") && !text.contains(".")
  }

  /// The network, all weights 0.
  public func network() -> Network {
    do {
      return try Network(
        named: description,
        layers: zip(sizes, sizes.dropFirst()).map { inputs, outputs in
          try Dense(
            inputs: inputs, weight: Array(repeating: 0, count: inputs * outputs),
            bias: Array(repeating: 0, count: outputs))
        }, activation: activation)
    } catch {
      preconditionFailure("layers that fit: \(error)")
    }
  }
}

extension Architecture: CustomStringConvertible {
  /// The characters.
  public var description: String {
    sizes.map(String.init).joined(separator: "-")
      + (activation == Self.activations[0] ? "" : ":\(activation.name)")
  }
}

/// Characters that are no architecture: what is wrong, in one phrase.
public struct ArchitectureError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  init(_ description: String) { self.description = description }
}
