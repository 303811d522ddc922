/// A value that does not depend on the network's input.
struct Constant {
  /// Where its numbers stand.
  enum Content {
    case tensor(TensorProto)
    case reals([Float])
    case integers([Int])
  }

  /// The length of every axis. The importer may have renamed a tensor's own.
  var dims: [Int]
  var content: Content

  /// A tensor of the file.
  init(_ tensor: TensorProto) {
    dims = tensor.dims
    content = .tensor(tensor)
  }

  /// Numbers worked out in the import.
  init(dims: [Int], _ content: Content) {
    self.dims = dims
    self.content = content
  }

  /// Whether its numbers stand for reals.
  var isReal: Bool {
    switch content {
    case .tensor(let tensor): ElementType(rawValue: tensor.elementType)?.isReal ?? false
    case .reals: true
    case .integers: false
    }
  }

  /// Its numbers as reals.
  func floats(_ reader: TensorReader) throws(ONNXError) -> [Float] {
    switch content {
    case .tensor(let tensor): return try reader.floats(of: tensor)
    case .reals(let numbers): return numbers
    case .integers: throw .unsupported("a constant holds whole numbers; reals are due")
    }
  }

  /// Its numbers as whole ones.
  func integers(_ reader: TensorReader) throws(ONNXError) -> [Int] {
    switch content {
    case .tensor(let tensor): return try reader.integers(of: tensor)
    case .integers(let numbers): return numbers
    case .reals: throw .unsupported("a constant holds reals; whole numbers are due")
    }
  }

  /// The tensor of the file that it is, by its place there, to tell when one is used twice.
  var place: Int? {
    if case .tensor(let tensor) = content { tensor.body.lowerBound } else { nil }
  }
}
