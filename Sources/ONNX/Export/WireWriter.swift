internal import Foundation

/// A protocol buffer message that is put together field by field.
struct WireWriter {
  private(set) var data = Data()

  /// A whole number, not negative.
  mutating func number(_ field: Int, _ value: Int) {
    varint(UInt64(field) << 3)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// A number in single precision.
  mutating func float(_ field: Int, _ value: Float) {
    varint(UInt64(field) << 3 | 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
  }

  /// Text.
  mutating func text(_ field: Int, _ value: String) { bytes(field, Data(value.utf8)) }

  /// Bytes.
  mutating func bytes(_ field: Int, _ value: Data) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(value.count))
    data.append(value)
  }

  /// Another message.
  mutating func message(_ field: Int, _ build: (inout WireWriter) -> Void) {
    var inner = WireWriter()
    build(&inner)
    bytes(field, inner.data)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 0x7f {
      data.append(UInt8(rest & 0x7f | 0x80))
      rest >>= 7
    }
    data.append(UInt8(rest))
  }
}
