internal import Foundation
internal import Networks
internal import ONNX

/// Where `--save` puts the trained network.
struct TrainedNetworkFile {
  private let path: String
  private let output: Output

  /// Makes sure that the file can be written; none if nobody asked for it.
  init?(_ arguments: Arguments) throws(Failure) {
    guard let path = arguments.value("--save") else { return nil }
    let isKnown = ["onnx", "json"].contains { path.lowercased().hasSuffix(".\($0)") }
    guard isKnown else {
      throw .usage(
        "--save is '\(Failure.short(path))'; networks are written as .onnx or .json; name such a file"
      )
    }
    self.path = path
    for option in ["--model", "--data", "--labels", "--test-data", "--test-labels", "--output"] {
      guard let other = arguments.value(option), Self.isSame(path, other) else { continue }
      throw .usage(
        "--save '\(Failure.short(path))' is the file of \(option); it would be overwritten; name another file"
      )
    }
    output = try Output(path: path, option: "--save")
  }

  /// Whether two names are one file, be it there or not.
  private static func isSame(_ path: String, _ other: String) -> Bool {
    var (one, two) = (stat(), stat())
    guard stat(path, &one) == 0, stat(other, &two) == 0 else {
      return URL(filePath: path).standardizedFileURL == URL(filePath: other).standardizedFileURL
    }
    return one.st_dev == two.st_dev && one.st_ino == two.st_ino
  }

  /// Makes sure that the network can be written, before it is trained.
  func check(_ network: Network) throws(Failure) { _ = try data(of: network) }

  /// Writes it, complete or not at all.
  func write(_ network: Network) throws(Failure) { try output.write(try data(of: network)) }

  private func data(of network: Network) throws(Failure) -> Data {
    guard path.lowercased().hasSuffix(".onnx") else {
      do {
        return try NetworkFile.encode(network)
      } catch {
        throw .inputOutput(
          "network '\(Failure.short(network.name))' cannot be written; \(error); save it as .onnx")
      }
    }
    do throws(ONNXError) {
      return try ONNXFile.data(of: network)
    } catch {
      throw .inputOutput(
        "network '\(Failure.short(network.name))' cannot be written as ONNX; \(error.description); "
          + "save it as .json")
    }
  }
}
