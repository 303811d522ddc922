internal import Foundation
internal import Networks
internal import ONNX

/// The network of a file: ONNX by its name, JSON otherwise.
func network(inFile path: String) throws -> Network {
  path.lowercased().hasSuffix(".onnx")
    ? try ONNXFile.network(at: path)
    : try NetworkFile.decode(Data(contentsOf: URL(filePath: path)))
}
