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
  /// - Parameter lanes: a positive multiple of `laneMultiple`.
  public init(rows: Int, lanes: Int) {
    precondition(lanes > 0 && lanes.isMultiple(of: Self.laneMultiple), "lanes come in sixteens")
    self.rows = rows
    self.lanes = lanes
    pointer = UnsafeMutableRawPointer.allocate(
      byteCount: max(rows * lanes, 1) * MemoryLayout<Scalar>.stride, alignment: 64
    ).bindMemory(to: Scalar.self, capacity: max(rows * lanes, 1))
    pointer.initialize(repeating: 0, count: max(rows * lanes, 1))
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

/// The weights of a dense operation laid out for the affine kernel, forward and transposed; written
/// once, then only read.
final class PackedDense<Scalar: KernelScalar>: @unchecked Sendable {
  let inputs: Int
  let outputs: Int
  /// W, packed.
  let forward: UnsafePointer<Scalar>
  /// Wᵀ, packed.
  let transposed: UnsafePointer<Scalar>
  let bias: UnsafePointer<Scalar>

  init(_ dense: Dense) {
    inputs = dense.inputs
    outputs = dense.outputs
    forward = Self.pack(dense, transposed: false)
    transposed = Self.pack(dense, transposed: true)
    let bias = Self.allocate(dense.outputs)
    for (row, value) in dense.bias.enumerated() { bias[row] = Scalar(value) }
    self.bias = UnsafePointer(bias)
  }

  deinit {
    for pointer in [forward, transposed, bias] { UnsafeRawPointer(pointer).deallocate() }
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64
    ).bindMemory(to: Scalar.self, capacity: max(count, 1))
  }

  private static func pack(_ dense: Dense, transposed: Bool) -> UnsafePointer<Scalar> {
    let rows = transposed ? dense.inputs : dense.outputs
    let columns = transposed ? dense.outputs : dense.inputs
    let packed = allocate(Scalar.packedCount(rows: rows, columns: columns))
    dense.weight.map { Scalar($0) }.withUnsafeBufferPointer { weight in
      Scalar.pack(
        rows: rows, columns: columns, weight.baseAddress!, rowStride: transposed ? 1 : dense.inputs,
        columnStride: transposed ? dense.inputs : 1, into: packed)
    }
    return UnsafePointer(packed)
  }
}
