/// The fields of one message in protobuf's wire format, one after another.
///
/// It knows no schema and never descends by itself: a message inside is a range of bytes, so that
/// nesting costs nothing. Groups, which protobuf has given up, are refused.
///
/// Source: Protocol Buffers documentation, "Encoding".
struct WireReader {
  /// What a field holds.
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(Range<Int>)
    case fixed32(UInt32)
  }

  /// A field with its number.
  struct Field {
    let number: Int
    let value: Value
  }

  /// The file.
  let source: ModelBytes
  private(set) var position: Int
  private let end: Int

  /// A reader of the message that stands at a range of a file.
  init(_ source: ModelBytes, _ range: Range<Int>) {
    self.source = source
    position = range.lowerBound
    end = range.upperBound
  }

  /// Whether the message is over.
  var isAtEnd: Bool { position >= end }

  /// The next field, or none at the end of the message.
  mutating func next() throws(ONNXError) -> Field? {
    guard !isAtEnd else { return nil }
    let key = try varint()
    let number = Int(truncatingIfNeeded: key >> 3)
    guard (1..<1 << 29).contains(number) else { throw .damaged("it is no ONNX model") }
    switch key & 7 {
    case 0: return Field(number: number, value: .varint(try varint()))
    case 1: return Field(number: number, value: .fixed64(try fixed()))
    case 2:
      let length = try varint()
      guard length <= UInt64(end - position) else { throw Self.cutOff }
      let start = position
      position += Int(length)
      return Field(number: number, value: .bytes(start..<position))
    case 5: return Field(number: number, value: .fixed32(try fixed()))
    default: throw .damaged("it is no ONNX model")
    }
  }

  /// A number of seven bits a byte, the lowest first.
  mutating func varint() throws(ONNXError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw Self.cutOff }
      let byte = try source.byte(at: position)
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw .damaged("it is damaged: a number is longer than ten bytes")
  }

  /// A number of fixed length, the lowest byte first.
  mutating func fixed<Number: FixedWidthInteger>() throws(ONNXError) -> Number {
    let size = MemoryLayout<Number>.size
    guard end - position >= size else { throw Self.cutOff }
    let start = position
    position += size
    return try source.number(at: start)
  }

  private static var cutOff: ONNXError { .damaged("it is cut off or no ONNX model") }
}

extension WireReader {
  /// Goes through the fields of a message.
  static func forEach(
    of source: ModelBytes, _ range: Range<Int>, _ body: (Field) throws(ONNXError) -> Void
  ) throws(ONNXError) {
    var reader = WireReader(source, range)
    while let field = try reader.next() { try body(field) }
  }
}

/// What the schema says a field is; anything else is damage.
extension WireReader.Field {
  /// A message, or the bytes of a string.
  func bytes() throws(ONNXError) -> Range<Int> {
    guard case .bytes(let range) = value else { throw misfit }
    return range
  }

  /// A text.
  func string(in source: ModelBytes) throws(ONNXError) -> String {
    let range = try bytes()
    guard let text = try source.text(range) else {
      throw .damaged("it is damaged: a name is not UTF-8")
    }
    return text
  }

  /// A signed number.
  func integer() throws(ONNXError) -> Int {
    guard case .varint(let bits) = value else { throw misfit }
    return Int(truncatingIfNeeded: bits)
  }

  /// A single-precision number.
  func float() throws(ONNXError) -> Float {
    guard case .fixed32(let bits) = value else { throw misfit }
    return Float(bitPattern: bits)
  }

  /// Adds a repeated field's numbers, packed or one by one, up to a limit.
  func append(
    to list: inout [Int], in source: ModelBytes, upTo limit: Int
  ) throws(ONNXError) {
    switch value {
    case .varint(let bits): list.append(Int(truncatingIfNeeded: bits))
    case .bytes(let range):
      var reader = WireReader(source, range)
      while !reader.isAtEnd, list.count <= limit {
        list.append(Int(truncatingIfNeeded: try reader.varint()))
      }
    case .fixed32, .fixed64: throw misfit
    }
    guard list.count <= limit else {
      throw .unsupported("it has a list of more than \(limit) whole numbers")
    }
  }

  /// Adds a repeated field's single-precision numbers, packed or one by one, up to a limit.
  func append(
    to list: inout [Float], in source: ModelBytes, upTo limit: Int
  ) throws(ONNXError) {
    switch value {
    case .fixed32(let bits): list.append(Float(bitPattern: bits))
    case .bytes(let range):
      var reader = WireReader(source, range)
      while !reader.isAtEnd, list.count <= limit {
        list.append(Float(bitPattern: try reader.fixed()))
      }
    case .varint, .fixed64: throw misfit
    }
    guard list.count <= limit else {
      throw .unsupported("it has a list of more than \(limit) numbers")
    }
  }

  var misfit: ONNXError { .damaged("it is damaged: field \(number) is of the wrong kind") }
}
