public import Foundation

/// An array as the MNIST data sets have it: magic number, lengths of axes, numbers, all big-endian.
///
/// The magic number is 0, 0, the type of the numbers (`08` unsigned byte, `09` signed byte, `0B` short,
/// `0C` int, `0D` float, `0E` double) and the number of axes. Images have three axes, 00000803, labels
/// one, 00000801. A compressed file has to be unpacked first.
///
/// Source: Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits", 1998.
public struct IDXArray: Hashable, Sendable {
  private static let elements: [UInt8: PackedArray.Element] = [
    0x08: .init(form: .unsigned, size: 1, isBigEndian: true),
    0x09: .init(form: .signed, size: 1, isBigEndian: true),
    0x0b: .init(form: .signed, size: 2, isBigEndian: true),
    0x0c: .init(form: .signed, size: 4, isBigEndian: true),
    0x0d: .init(form: .float, size: 4, isBigEndian: true),
    0x0e: .init(form: .float, size: 8, isBigEndian: true),
  ]

  /// The array.
  let array: PackedArray

  /// Reads a file's bytes.
  ///
  /// - Throws: `SampleError` if it is no such file, has no axis or more than four, is cut off or has
  ///   bytes too many.
  /// - Complexity: O(1); numbers are read when they are asked for.
  public init(_ data: Data) throws(SampleError) {
    let head = [UInt8](data.prefix(4 + 4 * 4))
    guard head.count >= 4, head[0] == 0, head[1] == 0 else {
      throw SampleError("is not an IDX file")
    }
    guard let element = Self.elements[head[2]] else {
      throw SampleError(
        "is an IDX file of unknown type 0x\(String(head[2], radix: 16)); 08, 09 and 0b to 0e are read"
      )
    }
    let rank = Int(head[3])
    guard (1...4).contains(rank) else {
      throw SampleError("is an IDX file of \(rank) axes; 1 to 4 are read")
    }
    let start = 4 + 4 * rank
    guard head.count >= start else { throw SampleError("is cut off in its header") }
    let shape = (0..<rank).map { axis in
      head[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
    }
    array = try PackedArray(shape: shape, element, bytes: data.dropFirst(start))
  }

  /// Whether bytes begin as such a file does, sound or not; no text begins so.
  package static func begins(_ data: Data) -> Bool { data.starts(with: [0, 0]) }

  /// The length of every axis.
  public var shape: [Int] { array.shape }

  /// The numbers in row-major order.
  ///
  /// - Complexity: O(numbers).
  public var values: [Double] { array.numbers(as: Double.self) }

  /// Whether the numbers are whole from 0 to 255, as pixels are.
  package var holdsBytes: Bool { array.holdsBytes }

  /// The array as samples along its first axis.
  ///
  /// - Throws: `SampleError` if it has fewer than two axes, or no samples.
  public func samples(named name: String) throws(SampleError) -> Samples {
    try array.samples(named: name)
  }
}
