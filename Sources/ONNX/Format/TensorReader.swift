internal import Foundation

/// Reads the numbers of tensors out of a model's file, and out of files beside it.
struct TensorReader {
  /// The model's file; its indices begin at 0.
  let source: Data
  /// Where files beside it are looked for; none if the model has no place.
  let folder: ExternalFolder?

  /// The numbers of a tensor of reals, in single precision.
  ///
  /// Half precision is exact in single, double is rounded.
  ///
  /// - Complexity: O(elements), and one copy of them.
  func floats(of tensor: TensorProto) throws(ONNXError) -> [Float] {
    let count = try count(of: tensor)
    let type = ElementType(rawValue: tensor.elementType)
    switch type {
    case .float32:
      return try numbers(
        of: tensor, count, as: UInt32.self, field: 4, { _ in nil }, Float.init(bitPattern:))
    case .float64:
      return try numbers(of: tensor, count, as: UInt64.self, field: 10, { _ in nil }) {
        Float(Double(bitPattern: $0))
      }
    case .float16:
      return try numbers(
        of: tensor, count, as: UInt16.self, field: 5, UInt16.init(exactly:), Self.half)
    case .bfloat16:
      return try numbers(of: tensor, count, as: UInt16.self, field: 5, UInt16.init(exactly:)) {
        Float(bitPattern: UInt32($0) << 16)
      }
    default: throw unreadable(tensor, "reals")
    }
  }

  /// The numbers of a tensor of whole ones, or of truth values.
  func integers(of tensor: TensorProto) throws(ONNXError) -> [Int] {
    let count = try count(of: tensor)
    switch ElementType(rawValue: tensor.elementType) {
    case .int64:
      return try numbers(of: tensor, count, as: UInt64.self, field: 7, { $0 }) {
        Int(truncatingIfNeeded: $0)
      }
    case .int32:
      return try numbers(
        of: tensor, count, as: UInt32.self, field: 5, { UInt32(truncatingIfNeeded: $0) }
      ) { Int(Int32(bitPattern: $0)) }
    case .int16:
      return try numbers(
        of: tensor, count, as: UInt16.self, field: 5, { UInt16(truncatingIfNeeded: $0) }
      ) { Int(Int16(bitPattern: $0)) }
    case .uint16:
      return try numbers(of: tensor, count, as: UInt16.self, field: 5, UInt16.init(exactly:)) {
        Int($0)
      }
    case .int8:
      return try numbers(
        of: tensor, count, as: UInt8.self, field: 5, { UInt8(truncatingIfNeeded: $0) }
      ) { Int(Int8(bitPattern: $0)) }
    case .uint8:
      return try numbers(of: tensor, count, as: UInt8.self, field: 5, UInt8.init(exactly:)) {
        Int($0)
      }
    case .bool:
      return try numbers(of: tensor, count, as: UInt8.self, field: 5, UInt8.init(exactly:)) {
        $0 == 0 ? 0 : 1
      }
    default: throw unreadable(tensor, "whole numbers")
    }
  }

  /// How many numbers the shape says there are.
  func count(of tensor: TensorProto) throws(ONNXError) -> Int {
    guard let count = elementCount(tensor.dims) else {
      throw .damaged("\(Self.title(tensor)) has an impossible shape \(tensor.dims)")
    }
    return count
  }

  private func unreadable(_ tensor: TensorProto, _ wanted: String) -> ONNXError {
    let type = ElementType.name(tensor.elementType)
    return .unsupported("\(Self.title(tensor)) holds \(type); \(wanted) are due")
  }

  static func title(_ tensor: TensorProto) -> String {
    tensor.name.isEmpty ? "a tensor" : "tensor '\(ONNXError.short(tensor.name))'"
  }

  // MARK: Where the numbers stand

  /// The numbers, from raw bytes, another file or a typed field.
  ///
  /// - Parameters:
  ///   - bits: the bit pattern of one number.
  ///   - field: the number of the field that holds them typed.
  ///   - narrow: the bit pattern in a varint of that field, if it holds varints.
  ///   - convert: the number of a bit pattern.
  private func numbers<Bits: FixedWidthInteger & UnsignedInteger, Number>(
    of tensor: TensorProto, _ count: Int, as bits: Bits.Type, field: Int,
    _ narrow: (UInt64) -> Bits?, _ convert: (Bits) -> Number
  ) throws(ONNXError) -> [Number] {
    let size = MemoryLayout<Bits>.size
    let (length, overflow) = count.multipliedReportingOverflow(by: size)
    func check(_ present: Int) throws(ONNXError) {
      guard !overflow, present == length else {
        throw .damaged(
          "\(Self.title(tensor)) holds \(present) bytes, its shape \(tensor.dims) says otherwise")
      }
    }
    if let external = tensor.external {
      guard let folder else {
        throw .unsupported("\(Self.title(tensor)) stands in another file, the model in none")
      }
      guard !overflow else { throw .damaged("\(Self.title(tensor)) is too large") }
      let data = try folder.read(external, count: length, of: Self.title(tensor))
      try check(data.count)
      return Self.copy(data, 0, count, convert)
    }
    if let raw = tensor.raw {
      try check(raw.count)
      return Self.copy(source, raw.lowerBound, count, convert)
    }
    return try typed(tensor, count, field: field, narrow, convert)
  }

  /// Numbers from a field of their own, packed or one by one.
  private func typed<Bits: FixedWidthInteger & UnsignedInteger, Number>(
    _ tensor: TensorProto, _ count: Int, field wanted: Int, _ narrow: (UInt64) -> Bits?,
    _ convert: (Bits) -> Number
  ) throws(ONNXError) -> [Number] {
    let size = MemoryLayout<Bits>.size
    var numbers: [Number] = []
    var misfit: ONNXError {
      .damaged(
        "\(Self.title(tensor)) does not hold the \(count) numbers of its shape \(tensor.dims)")
    }
    // A number takes a byte or more, so the file bounds what is set aside.
    guard count <= tensor.body.count else { throw misfit }
    numbers.reserveCapacity(count)
    func add(_ bits: Bits?) throws(ONNXError) {
      guard let bits, numbers.count < count else { throw misfit }
      numbers.append(convert(bits))
    }
    // Fields 4 and 10 hold fixed lengths, the others varints.
    let isFixed = wanted == 4 || wanted == 10
    var reader = WireReader(source, tensor.body)
    while let field = try reader.next() {
      guard field.number == wanted else { continue }
      switch field.value {
      case .bytes(let range):
        if isFixed {
          guard range.count.isMultiple(of: size), range.count / size <= count - numbers.count
          else { throw misfit }
          numbers += Self.copy(source, range.lowerBound, range.count / size, convert)
        } else {
          var packed = WireReader(source, range)
          while !packed.isAtEnd { try add(narrow(try packed.varint())) }
        }
      case .varint(let bits) where !isFixed: try add(narrow(bits))
      case .fixed32(let bits) where isFixed && size == 4: try add(Bits(bits))
      case .fixed64(let bits) where isFixed && size == 8: try add(Bits(bits))
      case .varint, .fixed32, .fixed64: throw field.misfit
      }
    }
    guard numbers.count == count else { throw misfit }
    return numbers
  }

  /// Numbers from little-endian bytes, which must be there.
  private static func copy<Bits: FixedWidthInteger, Number>(
    _ data: Data, _ start: Int, _ count: Int, _ convert: (Bits) -> Number
  ) -> [Number] {
    data.withUnsafeBytes { bytes in
      let bytes = UnsafeRawBufferPointer(
        rebasing: bytes[start..<start + count * MemoryLayout<Bits>.size])
      return [Number](unsafeUninitializedCapacity: count) { target, initialized in
        for place in 0..<count {
          let bits = bytes.loadUnaligned(
            fromByteOffset: place * MemoryLayout<Bits>.size, as: Bits.self)
          target.initializeElement(at: place, to: convert(Bits(littleEndian: bits)))
        }
        initialized = count
      }
    }
  }

  /// A number of IEEE 754 binary16, exactly; not every platform has the type.
  static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
    }
  }
}
