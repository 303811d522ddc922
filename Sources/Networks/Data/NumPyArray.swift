public import Foundation

/// An array as NumPy's `save` writes it (`.npy`, format 1 to 3), of numbers.
public struct NumPyArray: Hashable, Sendable {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The array.
  let array: PackedArray

  /// Reads a file's bytes.
  ///
  /// - Throws: `SampleError` if it is no such file, is cut off or has bytes too many, or its
  ///   numbers are no floats, integers or truth values of one to eight bytes.
  /// - Complexity: O(header); numbers are read when they are asked for.
  public init(_ data: Data) throws(SampleError) {
    let head = [UInt8](data.prefix(12))
    guard head.count >= 10, head.starts(with: Self.magic) else {
      throw SampleError("is not a NumPy .npy file")
    }
    let long = head[6] >= 2
    let start = long ? 12 : 10
    guard (1...3).contains(head[6]), head.count >= start else {
      throw SampleError("is a .npy file of unknown version \(head[6])")
    }
    let length = head[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard data.count - start >= length else { throw SampleError("is cut off in its header") }
    let header = String(decoding: data.dropFirst(start).prefix(length), as: UTF8.self)

    guard let descriptor = Self.quoted("'descr'", in: header),
      let fortran = Self.word("'fortran_order'", in: header),
      let shape = Self.tuple("'shape'", in: header), fortran == "True" || fortran == "False"
    else { throw SampleError("has a .npy header that cannot be read") }
    guard let element = Self.element(descriptor) else {
      throw SampleError(
        "holds numbers of type '\(descriptor.prefix(40))'; floats, integers and truth values are read"
      )
    }
    array = try PackedArray(
      shape: shape, element, isFortran: fortran == "True",
      bytes: data.dropFirst(start + length))
  }

  /// Whether bytes begin as such a file does, sound or not; no text begins so.
  package static func begins(_ data: Data) -> Bool { data.starts(with: magic) }

  /// The length of every axis.
  public var shape: [Int] { array.shape }

  /// The numbers in row-major (C) order.
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

  /// The numbers of a descriptor: order of bytes (`<`, `>`, `|` where there is none), form and size.
  private static func element(_ descriptor: String) -> PackedArray.Element? {
    guard let order = descriptor.first, let letter = descriptor.dropFirst().first,
      let size = Int(descriptor.dropFirst(2)), [1, 2, 4, 8].contains(size),
      order == "<" || order == ">" || (order == "|" && size == 1)
    else { return nil }
    let form: PackedArray.Element.Form
    switch letter {
    case "f" where size > 1: form = .float
    case "i": form = .signed
    case "u": form = .unsigned
    // Truth values, a byte of 0 or 1 each.
    case "b" where size == 1: form = .unsigned
    default: return nil
    }
    return .init(form: form, size: size, isBigEndian: order == ">")
  }
}

extension PackedArray {
  /// Whether the numbers are whole from 0 to 255, as pixels are.
  var holdsBytes: Bool { element.form == .unsigned && element.size == 1 }

  /// Samples along the first axis.
  ///
  /// - Throws: `SampleError` if there are fewer than two axes, or no samples.
  func samples(named name: String) throws(SampleError) -> Samples {
    guard shape.count >= 2 else {
      throw SampleError("has shape \(shape); samples need two axes or more")
    }
    guard !shape.contains(0) else { throw SampleError("hold no samples") }
    return try Samples(
      name: name, axes: Array(shape.dropFirst()), values: numbers(as: Float.self))
  }
}
