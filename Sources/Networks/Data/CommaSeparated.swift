public import Foundation

/// Numbers as text, one sample a line, separated by commas; a first line of names, as many as there are
/// columns, is passed over.
public enum CommaSeparated {
  /// Reads samples.
  ///
  /// - Parameters:
  ///   - data: the file's bytes; lines end in LF or CR LF, blank lines count for nothing.
  ///   - name: what the samples are called.
  /// - Throws: `SampleError` that names the line, if a field is no finite number, a line has another
  ///   number of fields than the first, or there is a NUL byte.
  /// - Complexity: O(bytes).
  public static func samples(in data: Data, named name: String) throws(SampleError) -> Samples {
    var values: [Float] = []
    var width = 0
    var names: Int?
    var line = 0
    // Bytes in an array: going through `Data` one by one costs ten times as much.
    for text in [UInt8](data).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    {
      line += 1
      let text = trimmed(text)
      if text.isEmpty { continue }
      // What reads numbers would take it for the end of the text.
      guard !text.contains(0) else {
        throw SampleError("line \(line) holds a NUL byte; it is no text")
      }
      let fields = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      if line == 1, number(trimmed(fields[0])) == nil, isHeading(text) {
        names = fields.count
        continue
      }
      if width == 0 {
        width = fields.count
        if let names, names != width {
          throw SampleError("line \(line) has \(width) values, the heading names \(names)")
        }
      }
      guard fields.count == width else {
        throw SampleError("line \(line) has \(fields.count) values, the first has \(width)")
      }
      for (index, field) in fields.enumerated() {
        guard let number = number(trimmed(field)) else {
          let shown = String(decoding: field.prefix(20), as: UTF8.self)
          throw SampleError("line \(line), value \(index + 1) ('\(shown)') is not a finite number")
        }
        values.append(number)
      }
    }
    return try Samples(name: name, width: max(width, 1), values: values)
  }

  /// Whether the first line names columns: it has a letter, and no number where "nan" would be one.
  private static func isHeading(_ line: ArraySlice<UInt8>) -> Bool {
    let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    return fields.allSatisfy { field in
      let text = String(decoding: trimmed(field), as: UTF8.self)
      return Double(text) == nil && text.contains { $0.isLetter }
    }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    func isBlank(_ byte: UInt8?) -> Bool { byte == 32 || byte == 9 || byte == 13 }
    while isBlank(bytes.first) { bytes.removeFirst() }
    while isBlank(bytes.last) { bytes.removeLast() }
    return bytes
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Float? {
    // Pixels are small whole numbers: read those without making a string.
    if !bytes.isEmpty, bytes.count <= 6, bytes.allSatisfy({ (48...57).contains($0) }) {
      return Float(bytes.reduce(0) { $0 * 10 + Int($1 - 48) })
    }
    guard let value = Float(String(decoding: bytes, as: UTF8.self)), value.isFinite else {
      return nil
    }
    return value
  }
}
