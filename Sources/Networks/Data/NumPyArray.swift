public import Foundation

/// An array as NumPy's `save` writes it (`.npy`, format 1 to 3), of numbers.
public struct NumPyArray: Hashable, Sendable {
  /// The length of every axis.
  public let shape: [Int]
  /// The numbers in row-major (C) order.
  public let values: [Double]

  /// Reads a file's bytes.
  ///
  /// - Throws: `SampleError` if it is no such file, is cut off or has bytes too many, or its
  ///   numbers are not plain little-endian floats, integers or truth values.
  /// - Complexity: O(bytes).
  public init(_ data: Data) throws(SampleError) {
    let bytes = [UInt8](data)
    guard bytes.count >= 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw SampleError("is not a NumPy .npy file")
    }
    let long = bytes[6] >= 2
    let start = long ? 12 : 10
    guard (1...3).contains(bytes[6]), bytes.count >= start else {
      throw SampleError("is a .npy file of unknown version \(bytes[6])")
    }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count - start >= length else { throw SampleError("is cut off in its header") }
    let header = String(decoding: bytes[start..<start + length], as: UTF8.self)

    guard let descriptor = Self.quoted("'descr'", in: header),
      let fortran = Self.word("'fortran_order'", in: header),
      let shape = Self.tuple("'shape'", in: header), fortran == "True" || fortran == "False"
    else { throw SampleError("has a .npy header that cannot be read") }
    guard let type = ElementType(descriptor) else {
      throw SampleError("holds numbers of type '\(descriptor)', which is not supported")
    }
    var count = 1
    for axis in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: axis)
      guard axis >= 0, !overflow else { throw SampleError("has an impossible shape \(shape)") }
      count = product
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: type.size)
    let present = bytes.count - start - length
    guard !overflow, size == present else {
      throw SampleError("holds \(present) bytes of numbers, its shape \(shape) says otherwise")
    }
    let numbers = (0..<count).map { type.value(bytes, at: start + length + $0 * type.size) }
    self.shape = shape
    values = fortran == "True" ? Self.rowMajor(numbers, shape) : numbers
  }

  /// The array as samples along its first axis.
  ///
  /// - Throws: `SampleError` if it has fewer than two axes, or no samples.
  public func samples(named name: String) throws(SampleError) -> Samples {
    guard shape.count >= 2 else {
      throw SampleError("has shape \(shape); samples need two axes or more")
    }
    return try Samples(
      name: name, width: shape.dropFirst().reduce(1, *), values: values.map { Float($0) })
  }

  private static func rowMajor(_ numbers: [Double], _ shape: [Int]) -> [Double] {
    var strides: [Int] = []
    var stride = 1
    for axis in shape {
      strides.append(stride)
      stride *= axis
    }
    return numbers.indices.map { flat in
      var rest = flat
      var place = 0
      for (axis, length) in shape.enumerated().reversed() {
        place += rest % length * strides[axis]
        rest /= length
      }
      return numbers[place]
    }
  }

  // MARK: The header, a Python dictionary in text

  private static func value(_ key: String, in header: String) -> Substring? {
    guard let range = header.range(of: key) else { return nil }
    let rest = header[range.upperBound...].drop { $0 == " " || $0 == ":" }
    return rest.isEmpty ? nil : rest
  }

  private static func quoted(_ key: String, in header: String) -> String? {
    guard let rest = value(key, in: header), rest.first == "'" else { return nil }
    let inside = rest.dropFirst()
    return inside.firstIndex(of: "'").map { String(inside[..<$0]) }
  }

  private static func word(_ key: String, in header: String) -> String? {
    value(key, in: header).map { String($0.prefix { $0.isLetter }) }
  }

  private static func tuple(_ key: String, in header: String) -> [Int]? {
    guard let rest = value(key, in: header), rest.first == "(", let end = rest.firstIndex(of: ")")
    else { return nil }
    let parts = rest[rest.index(after: rest.startIndex)..<end].split(separator: ",")
      .map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    let axes = parts.compactMap { Int($0) }
    return axes.count == parts.count ? axes : nil
  }

  private enum ElementType: String {
    case float32 = "<f4"
    case float64 = "<f8"
    case int8 = "|i1"
    case int16 = "<i2"
    case int32 = "<i4"
    case int64 = "<i8"
    case uint8 = "|u1"
    case uint16 = "<u2"
    case uint32 = "<u4"
    case uint64 = "<u8"
    case bool = "|b1"

    init?(_ descriptor: String) { self.init(rawValue: descriptor) }

    var size: Int {
      switch self {
      case .int8, .uint8, .bool: 1
      case .int16, .uint16: 2
      case .float32, .int32, .uint32: 4
      case .float64, .int64, .uint64: 8
      }
    }

    func value(_ bytes: [UInt8], at place: Int) -> Double {
      let bits = bytes[place..<place + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return switch self {
      case .float32: Double(Float(bitPattern: UInt32(bits)))
      case .float64: Double(bitPattern: bits)
      case .int8: Double(Int8(truncatingIfNeeded: bits))
      case .int16: Double(Int16(truncatingIfNeeded: bits))
      case .int32: Double(Int32(truncatingIfNeeded: bits))
      case .int64: Double(Int64(bitPattern: bits))
      case .uint8, .uint16, .uint32, .uint64, .bool: Double(bits)
      }
    }
  }
}
