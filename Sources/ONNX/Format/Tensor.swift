/// A tensor as its file says it: where its numbers stand, not yet the numbers.
struct TensorProto {
  /// The most axes; real tensors have a handful.
  static let mostAxes = 32

  var name = ""
  var dims: [Int] = []
  /// As in `ElementType`.
  var elementType = 0
  /// The message's own place in the file, which tells tensors apart, whatever they are called.
  let body: Range<Int>
  /// The numbers as little-endian bytes.
  var raw: Range<Int>?
  /// Where the numbers stand in another file, by key.
  var external: [String: String]?

  init(_ source: ModelBytes, _ range: Range<Int>, _ budget: inout MessageBudget) throws(ONNXError) {
    try budget.spend()
    body = range
    var entries: [String: String] = [:]
    var isExternal = false
    var reader = WireReader(source, range)
    while let field = try reader.next() {
      switch field.number {
      case 1: try field.append(to: &dims, in: source, upTo: Self.mostAxes)
      case 2: elementType = try field.integer()
      case 8: name = try field.string(in: source)
      case 9: raw = try field.bytes()
      case 13:
        try budget.spend()
        var key = ""
        var value = ""
        var entry = WireReader(source, try field.bytes())
        while let field = try entry.next() {
          switch field.number {
          case 1: key = try field.string(in: source)
          case 2: value = try field.string(in: source)
          default: break
          }
        }
        entries[key] = value
      case 14: isExternal = try field.integer() == 1
      default: break
      }
    }
    if isExternal { external = entries }
  }
}

/// The types of a tensor's numbers that occur in files; only some are read.
enum ElementType: Int {
  case float32 = 1
  case uint8, int8, uint16, int16, int32, int64, string, bool, float16, float64, uint32, uint64
  case complex64, complex128, bfloat16
  case float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz, uint4, int4, float4e2m1

  /// Whether its numbers stand for real ones and are read.
  var isReal: Bool {
    switch self {
    case .float32, .float16, .float64, .bfloat16: true
    default: false
    }
  }

  /// Whether its numbers are whole, or truth values, and are read.
  var isWhole: Bool {
    switch self {
    case .int32, .int64, .int8, .uint8, .int16, .uint16, .bool: true
    default: false
    }
  }

  /// A type's name in messages, by its number in files.
  static func name(_ number: Int) -> String {
    ElementType(rawValue: number).map { "\($0)" } ?? "number \(number)"
  }
}

/// The product of axes, or none if one is negative or it is no `Int`.
func elementCount(_ dims: [Int]) -> Int? {
  var count = 1
  for length in dims {
    let (product, overflow) = count.multipliedReportingOverflow(by: length)
    guard length >= 0, !overflow else { return nil }
    count = product
  }
  return count
}
