internal import Foundation

/// The numbers of an array as a file spells them, read when they are asked for.
struct PackedArray: Hashable, Sendable {
  /// How one number is spelled.
  struct Element: Hashable, Sendable {
    enum Form: Hashable, Sendable { case signed, unsigned, float }

    let form: Form
    /// In bytes: 1, 2, 4 or 8.
    let size: Int
    let isBigEndian: Bool
  }

  /// The length of every axis.
  let shape: [Int]
  let element: Element
  /// Whether the first axis moves fastest.
  let isFortran: Bool
  /// The numbers and nothing else.
  let bytes: Data

  /// An array whose bytes are as many as its shape says.
  ///
  /// - Throws: `SampleError` if they are not, or the shape is none.
  init(
    shape: [Int], _ element: Element, isFortran: Bool = false, bytes: Data
  ) throws(SampleError) {
    var size = element.size
    for axis in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: axis)
      guard axis >= 0, !overflow else { throw SampleError("has an impossible shape \(shape)") }
      size = product
    }
    guard size == bytes.count else {
      throw SampleError(
        "holds \(bytes.count) bytes of numbers, its shape \(shape) asks for \(size)")
    }
    self.shape = shape
    self.element = element
    self.isFortran = isFortran
    self.bytes = bytes
  }

  /// The numbers in row-major (C) order.
  ///
  /// - Complexity: O(numbers), and as many again where the first axis moves fastest.
  func numbers<Number: BinaryFloatingPoint>(as type: Number.Type) -> [Number] {
    let numbers: [Number] =
      switch (element.form, element.size) {
      case (.signed, 1): decoded { (bits: UInt8) in Number(Int8(bitPattern: bits)) }
      case (.signed, 2): decoded { (bits: UInt16) in Number(Int16(bitPattern: bits)) }
      case (.signed, 4): decoded { (bits: UInt32) in Number(Int32(bitPattern: bits)) }
      case (.signed, _): decoded { (bits: UInt64) in Number(Int64(bitPattern: bits)) }
      case (.unsigned, 1): decoded { (bits: UInt8) in Number(bits) }
      case (.unsigned, 2): decoded { (bits: UInt16) in Number(bits) }
      case (.unsigned, 4): decoded { (bits: UInt32) in Number(bits) }
      case (.unsigned, _): decoded { (bits: UInt64) in Number(bits) }
      case (.float, 2): decoded { (bits: UInt16) in Number(Self.half(bits)) }
      case (.float, 4): decoded { (bits: UInt32) in Number(Float(bitPattern: bits)) }
      case (.float, _): decoded { (bits: UInt64) in Number(Double(bitPattern: bits)) }
      }
    return isFortran && shape.count > 1 ? rowMajor(numbers) : numbers
  }

  private func decoded<Bits: FixedWidthInteger, Number>(_ number: (Bits) -> Number) -> [Number] {
    bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / element.size).map { index in
        let bits = bytes.loadUnaligned(fromByteOffset: index * element.size, as: Bits.self)
        return number(element.isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
      }
    }
  }

  /// A number of IEEE 754 binary16.
  private static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1023)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction / 1024)
        * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }

  private func rowMajor<Number>(_ numbers: [Number]) -> [Number] {
    var strides: [Int] = []
    var stride = 1
    for axis in shape {
      strides.append(stride)
      stride *= axis
    }
    return Samples.gathered(numbers[...], lengths: shape, strides: strides)
  }
}
