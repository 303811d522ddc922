/// What the import of one file may come to. A file is not trusted: a few bytes of it can ask for a
/// value of any size, or use one tensor any number of times.
struct Budget {
  /// The most numbers that all values of one sample have together.
  static let values = 1 << 26
  /// The most entries of all tables that say where numbers go, those of windows included.
  static let tables = 1 << 25
  /// The most operations of a network; what follows an import is slower than linear in them.
  static let steps = 40_000

  /// What there is a limit of.
  enum Account: Sendable {
    case values, tables
    /// Numbers of constants that are read or worked out: 2^24 and four a byte of the files.
    case constants
    /// Numbers of weights, each time they are used: 2^24 and one a byte of the files, which is 64 MB and
    /// four times the files.
    case weights
  }

  private var values = Self.values
  private var tables = Self.tables
  private var constants: Int
  private var weights: Int

  /// The budget of a model whose files have so many bytes.
  init(bytes: Int) {
    let bytes = min(bytes, 1 << 48)
    constants = 1 << 24 + 4 * bytes
    weights = 1 << 24 + bytes
  }

  /// Takes from an account.
  ///
  /// - Parameter title: the node in messages.
  mutating func take(_ count: Int, of account: Account, for title: String) throws(ONNXError) {
    func rest(_ left: inout Int) -> Bool {
      guard count <= left else { return false }
      left -= count
      return true
    }
    switch account {
    case .values:
      guard rest(&values) else {
        throw .unsupported(
          "\(title) makes the values of one sample more than \(Self.values) numbers")
      }
    case .tables:
      guard rest(&tables) else {
        throw .unsupported(
          "\(title) makes the tables of what goes where larger than \(Self.tables) numbers")
      }
    case .constants:
      guard rest(&constants) else {
        throw .unsupported(
          "\(title) has more constants to work out than a file of this size should")
      }
    case .weights:
      guard rest(&weights) else {
        throw .unsupported(
          "\(title) uses weights over again, more than a file of this size should")
      }
    }
  }
}
