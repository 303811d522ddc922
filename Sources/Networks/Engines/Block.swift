/// Numbers for a handful of samples at once: `rows` values for each of `lanes` samples, the samples
/// of one row side by side, so that a vector register holds one quantity of many samples.
///
/// Memory that one task owns: not `Sendable`, never copied behind one's back.
public final class Block<Scalar: KernelScalar> {
  /// The lane count is a multiple of this.
  @inlinable
  public static var laneMultiple: Int { 16 }

  /// Values for each sample.
  public let rows: Int
  /// Samples.
  public let lanes: Int
  /// Element (row, lane) stands at `row * lanes + lane`.
  public let pointer: UnsafeMutablePointer<Scalar>

  /// A block of zeros.
  ///
  /// - Parameters:
  ///   - rows: 0 or more.
  ///   - lanes: a positive multiple of `laneMultiple`.
  public init(rows: Int, lanes: Int) {
    precondition(lanes > 0 && lanes.isMultiple(of: Self.laneMultiple), "lanes come in sixteens")
    self.rows = rows
    self.lanes = lanes
    let bytes = max(rows * lanes, 1) * MemoryLayout<Scalar>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    // Byte by byte: number by number, of a type that is not known here, takes far longer.
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    pointer = memory.bindMemory(to: Scalar.self, capacity: max(rows * lanes, 1))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  /// How many numbers.
  @inlinable
  public var count: Int { rows * lanes }

  /// The numbers of one row, one for each sample.
  @inlinable
  public func row(_ row: Int) -> UnsafeMutablePointer<Scalar> { pointer + row * lanes }

  /// One number.
  @inlinable
  public subscript(row: Int, lane: Int) -> Scalar {
    get { pointer[row * lanes + lane] }
    set { pointer[row * lanes + lane] = newValue }
  }

  /// Takes over another block's numbers; both have one size.
  @inlinable
  public func assign(_ other: Block) {
    precondition(rows == other.rows && lanes == other.lanes, "blocks of one size")
    pointer.update(from: other.pointer, count: count)
  }

  /// Makes all numbers 0.
  @inlinable
  public func clear() { pointer.update(repeating: 0, count: count) }

  /// The least multiple of `laneMultiple` that holds so many samples.
  @inlinable
  public static func lanes(for samples: Int) -> Int {
    (samples + laneMultiple - 1) / laneMultiple * laneMultiple
  }
}

/// A weight matrix laid out for the affine kernel, forward and transposed; written once, then only
/// read.
final class PackedDense<Scalar: KernelScalar>: @unchecked Sendable {
  let inputs: Int
  let outputs: Int
  /// W, packed, if it is wanted.
  let forward: UnsafePointer<Scalar>?
  /// Wᵀ, packed, if it is wanted.
  let transposed: UnsafePointer<Scalar>?
  let bias: UnsafePointer<Scalar>?

  convenience init(_ dense: Dense, withTransposed: Bool = true) {
    self.init(
      rows: dense.outputs, columns: dense.inputs, weight: dense.weight[...], bias: dense.bias,
      withForward: true, withTransposed: withTransposed)
  }

  init(
    rows: Int, columns: Int, weight: ArraySlice<Float>, bias numbers: [Float]? = nil,
    withForward: Bool, withTransposed: Bool
  ) {
    inputs = columns
    outputs = rows
    let weight = weight.map { Scalar($0) }
    forward =
      withForward
      ? Self.pack(rows: rows, columns: columns, weight, rowStride: columns, columnStride: 1) : nil
    transposed =
      withTransposed
      ? Self.pack(rows: columns, columns: rows, weight, rowStride: 1, columnStride: columns) : nil
    bias = numbers.map { numbers in
      let bias = Self.allocate(numbers.count)
      for (row, value) in numbers.enumerated() { bias[row] = Scalar(value) }
      return UnsafePointer(bias)
    }
  }

  deinit {
    for case let pointer? in [forward, transposed, bias] {
      UnsafeRawPointer(pointer).deallocate()
    }
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64
    ).bindMemory(to: Scalar.self, capacity: max(count, 1))
  }

  private static func pack(
    rows: Int, columns: Int, _ weight: [Scalar], rowStride: Int, columnStride: Int
  ) -> UnsafePointer<Scalar> {
    let packed = allocate(Scalar.packedCount(rows: rows, columns: columns))
    weight.withUnsafeBufferPointer { weight in
      Scalar.pack(
        rows: rows, columns: columns, weight.baseAddress!, rowStride: rowStride,
        columnStride: columnStride, into: packed)
    }
    return UnsafePointer(packed)
  }
}
