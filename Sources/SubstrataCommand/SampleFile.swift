internal import Foundation
internal import Networks
internal import Reports

/// Samples and labels from files, which are told apart by how they begin and not by their names.
enum SampleFile {
  /// What a file holds.
  private enum Contents {
    /// NumPy's `.npy`.
    case numPy(NumPyArray)
    /// The format of the MNIST data sets.
    case idx(IDXArray)
    /// Comma-separated values.
    case text(Data)
  }

  /// Samples of a file; whether they are text, which may hold labels too; and whether they are bytes
  /// from 0 to 255.
  static func samples(
    _ path: String
  ) throws(Failure) -> (samples: Samples, isText: Bool, holdsBytes: Bool) {
    let data = try Input.bytes(path)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return try refusing("data '\(Failure.short(path))'") { () throws(SampleError) in
      switch try contents(data) {
      case .numPy(let array): (try array.samples(named: name), false, array.holdsBytes)
      case .idx(let array): (try array.samples(named: name), false, array.holdsBytes)
      case .text(let text): (try CommaSeparated.samples(in: text, named: name), true, false)
      }
    }
  }

  /// Labels of a file, one for each sample.
  static func labels(_ path: String, count: Int, classes: Int) throws(Failure) -> [Int] {
    let data = try Input.bytes(path)
    let what = "labels '\(Failure.short(path))'"
    func column(_ shape: [Int], _ values: [Double]) throws(SampleError) -> [Double] {
      guard shape.dropFirst().allSatisfy({ $0 == 1 }) else {
        throw SampleError("have shape \(shape); one label a sample is due")
      }
      return values
    }
    let values = try refusing(what) { () throws(SampleError) in
      switch try contents(data) {
      case .numPy(let array): return try column(array.shape, array.values)
      case .idx(let array): return try column(array.shape, array.values)
      case .text(let text):
        let column = try CommaSeparated.samples(in: text, named: path)
        guard column.width == 1 else {
          throw SampleError("have \(column.width) values a line; one label a line is due")
        }
        return column.values.map { Double($0) }
      }
    }
    guard values.count == count else {
      throw .inputOutput(
        "\(what) are refused; they are \(values.count), the samples \(count); "
          + "give one label a sample")
    }
    return try refusing(what) { () throws(SampleError) in
      var labels: [Int] = []
      for (index, value) in values.enumerated() {
        guard let label = Int(exactly: value), (0..<classes).contains(label) else {
          throw SampleError(
            "label \(index + 1) is \(Numerals.tidy(value)); the network has the classes 0 to \(classes - 1)"
          )
        }
        labels.append(label)
      }
      return labels
    }
  }

  static func refusing<Value>(
    _ what: String, _ read: () throws(SampleError) -> Value
  ) throws(Failure) -> Value {
    do throws(SampleError) {
      return try read()
    } catch {
      throw .inputOutput("\(what) are refused; \(error.description); correct the file")
    }
  }

  private static func contents(_ data: Data) throws(SampleError) -> Contents {
    if NumPyArray.begins(data) { return .numPy(try NumPyArray(data)) }
    if IDXArray.begins(data) { return .idx(try IDXArray(data)) }
    for (start, name, remedy) in [
      ([0x1f, 0x8b], "gzip", "unpack it first"), ([0x50, 0x4b, 3, 4], "zip", "unpack it first"),
      ([0x89, 0x48, 0x44, 0x46], "HDF5", "save its array with numpy.save"),
    ] as [([UInt8], String, String)] where data.starts(with: start) {
      throw SampleError("are in a \(name) file, which is not read: \(remedy)")
    }
    return .text(try Input.utf8(data))
  }
}
