package import Foundation

extension NumPyArray {
  /// A matrix of single-precision numbers as NumPy's `save` writes it: format 1, `<f4`, row-major.
  ///
  /// - Parameters:
  ///   - values: `[rows × columns]`.
  ///   - columns: numbers in a row, positive.
  /// - Complexity: O(values).
  package static func file(of values: [Float], columns: Int) -> Data {
    precondition(columns > 0 && values.count.isMultiple(of: columns), "whole rows")
    let shape = "(\(values.count / columns), \(columns))"
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
    // The numbers begin at a multiple of 64 bytes; the header ends with a line feed.
    let prefix = 10
    header += String(repeating: " ", count: 63 - (prefix + header.utf8.count) % 64) + "\n"
    let length = UInt16(header.utf8.count)
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    data.append(contentsOf: [UInt8(length & 0xff), UInt8(length >> 8)])
    data.append(contentsOf: header.utf8)
    values.map(\.bitPattern.littleEndian).withUnsafeBytes { data.append(contentsOf: $0) }
    return data
  }
}
