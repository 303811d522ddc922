/// Reads the numbers of tensors out of a model's file, and out of files beside it.
struct TensorReader {
  /// The model's file.
  let source: ModelBytes
  /// Where files beside it are looked for; none if the model has no place.
  let folder: ExternalFolder?

  /// The numbers of a tensor of reals, in single precision.
  ///
  /// Half precision is exact in single, double is rounded.
  ///
  /// - Complexity: O(elements), and one copy of them.
  func floats(of tensor: TensorProto) throws(ONNXError) -> [Float] {
    let count = try count(of: tensor)
    switch ElementType(rawValue: tensor.elementType) {
    case .float32:
      return try numbers(of: tensor, count, field: 4, { _ in nil }, Self.single)
    case .float64:
      return try numbers(of: tensor, count, field: 10, { _ in nil }, Self.rounded)
    case .float16:
      return try numbers(of: tensor, count, field: 5, UInt16.init(exactly:), Self.half)
    case .bfloat16:
      return try numbers(of: tensor, count, field: 5, UInt16.init(exactly:), Self.upperHalf)
    default: throw unreadable(tensor, "reals")
    }
  }

  /// The numbers of a tensor of reals as the transpose of a matrix.
  ///
  /// - Complexity: O(elements), and one copy of them, beside pieces that the caches hold; two copies if
  ///   they stand in a typed field.
  func transposed(
    _ tensor: TensorProto, _ matrix: MatrixTurn
  ) throws(ONNXError) -> [Float] {
    func turned<Bits: FixedWidthInteger & UnsignedInteger>(
      _ convert: (Bits) -> Float
    ) throws(ONNXError) -> [Float] {
      let count = try count(of: tensor)
      guard count == matrix.rows * matrix.columns else {
        throw .damaged("\(Self.title(tensor)) has no matrix of shape \(tensor.dims)")
      }
      let size = MemoryLayout<Bits>.size
      guard let (bytes, start) = try stretch(of: tensor, count, size) else {
        return matrix.transposed(try floats(of: tensor))
      }
      return try ModelBytes.array(of: Float.self, count) { target throws(ONNXError) in
        try matrix.transpose(into: target) { piece, place throws(ONNXError) in
          try Self.copy(bytes, start + place * size, into: piece, convert)
        }
      }
    }
    switch ElementType(rawValue: tensor.elementType) {
    case .float32: return try turned(Self.single)
    case .float64: return try turned(Self.rounded)
    case .float16: return try turned(Self.half)
    case .bfloat16: return try turned(Self.upperHalf)
    default: throw unreadable(tensor, "reals")
    }
  }

  /// The numbers of a tensor of whole ones, or of truth values.
  func integers(of tensor: TensorProto) throws(ONNXError) -> [Int] {
    let count = try count(of: tensor)
    switch ElementType(rawValue: tensor.elementType) {
    case .int64:
      return try numbers(of: tensor, count, field: 7, { $0 }) { (bits: UInt64) in
        Int(truncatingIfNeeded: bits)
      }
    case .int32:
      return try numbers(
        of: tensor, count, field: 5, { UInt32(truncatingIfNeeded: $0) }
      ) { Int(Int32(bitPattern: $0)) }
    case .int16:
      return try numbers(
        of: tensor, count, field: 5, { UInt16(truncatingIfNeeded: $0) }
      ) { Int(Int16(bitPattern: $0)) }
    case .uint16:
      return try numbers(of: tensor, count, field: 5, UInt16.init(exactly:)) {
        Int($0)
      }
    case .int8:
      return try numbers(
        of: tensor, count, field: 5, { UInt8(truncatingIfNeeded: $0) }
      ) { Int(Int8(bitPattern: $0)) }
    case .uint8:
      return try numbers(of: tensor, count, field: 5, UInt8.init(exactly:)) {
        Int($0)
      }
    case .bool:
      return try numbers(of: tensor, count, field: 5, UInt8.init(exactly:)) {
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

  /// Where the numbers stand as little-endian bytes, all in a row; none if they are in a typed field.
  ///
  /// - Parameter size: bytes of a number.
  private func stretch(
    of tensor: TensorProto, _ count: Int, _ size: Int
  ) throws(ONNXError) -> (bytes: ModelBytes, start: Int)? {
    let (length, overflow) = count.multipliedReportingOverflow(by: size)
    if let external = tensor.external {
      guard let folder else {
        throw .unsupported("\(Self.title(tensor)) stands in another file, the model in none")
      }
      guard !overflow else { throw .damaged("\(Self.title(tensor)) is too large") }
      return try folder.stretch(external, count: length, of: Self.title(tensor))
    }
    guard let raw = tensor.raw else { return nil }
    guard !overflow, raw.count == length else {
      throw .damaged(
        "\(Self.title(tensor)) holds \(raw.count) bytes, its shape \(tensor.dims) says otherwise")
    }
    return (source, raw.lowerBound)
  }

  /// The numbers, from raw bytes, another file or a typed field.
  ///
  /// - Parameters:
  ///   - field: the number of the field that holds them typed.
  ///   - narrow: the bit pattern in a varint of that field, if it holds varints.
  ///   - convert: the number of a bit pattern.
  private func numbers<Bits: FixedWidthInteger & UnsignedInteger, Number: BitwiseCopyable>(
    of tensor: TensorProto, _ count: Int, field: Int,
    _ narrow: (UInt64) -> Bits?, _ convert: (Bits) -> Number
  ) throws(ONNXError) -> [Number] {
    guard let (bytes, start) = try stretch(of: tensor, count, MemoryLayout<Bits>.size) else {
      return try typed(tensor, count, field: field, narrow, convert)
    }
    return try ModelBytes.array(of: Number.self, count) { target throws(ONNXError) in
      try Self.copy(bytes, start, into: target, convert)
    }
  }

  /// Numbers from a field of their own, packed or one by one.
  private func typed<Bits: FixedWidthInteger & UnsignedInteger, Number: BitwiseCopyable>(
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
          try Self.forEachPiece(source, range.lowerBound, range.count / size) {
            (piece: UnsafeBufferPointer<Bits>) in
            for bits in piece { numbers.append(convert(Bits(littleEndian: bits))) }
          }
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

  /// Fills an array with numbers from little-endian bytes, which must be there.
  private static func copy<Bits: FixedWidthInteger, Number: BitwiseCopyable>(
    _ bytes: ModelBytes, _ start: Int, into target: UnsafeMutableBufferPointer<Number>,
    _ convert: (Bits) -> Number
  ) throws(ONNXError) {
    let raw = UnsafeMutableRawBufferPointer(target)
    // Numbers as long as their bits are read to where they stay, and nowhere else.
    if MemoryLayout<Number>.size == MemoryLayout<Bits>.size {
      try bytes.read(into: raw, at: start)
      for place in target.indices {
        let bits = raw.load(fromByteOffset: place * MemoryLayout<Bits>.size, as: Bits.self)
        target.initializeElement(at: place, to: convert(Bits(littleEndian: bits)))
      }
      return
    }
    var place = 0
    try forEachPiece(bytes, start, target.count) { (piece: UnsafeBufferPointer<Bits>) in
      for bits in piece {
        target.initializeElement(at: place, to: convert(Bits(littleEndian: bits)))
        place += 1
      }
    }
  }

  /// Goes through bit patterns, a piece after another.
  private static func forEachPiece<Bits: FixedWidthInteger>(
    _ bytes: ModelBytes, _ start: Int, _ count: Int, _ body: (UnsafeBufferPointer<Bits>) -> Void
  ) throws(ONNXError) {
    let piece = UnsafeMutableBufferPointer<Bits>.allocate(capacity: min(count, 1 << 13))
    defer { piece.deallocate() }
    var done = 0
    while done < count {
      let part = UnsafeMutableBufferPointer(rebasing: piece[..<min(piece.count, count - done)])
      try bytes.read(
        into: UnsafeMutableRawBufferPointer(part), at: start + done * MemoryLayout<Bits>.size)
      body(UnsafeBufferPointer(part))
      done += part.count
    }
  }

  // MARK: What bits mean

  private static func single(_ bits: UInt32) -> Float { Float(bitPattern: bits) }

  private static func rounded(_ bits: UInt64) -> Float { Float(Double(bitPattern: bits)) }

  /// A number of bfloat16, exactly: the upper half of single precision.
  private static func upperHalf(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

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
