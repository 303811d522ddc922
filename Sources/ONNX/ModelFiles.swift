package import Foundation

extension ONNXFile {
  /// The other files that a model's tensors stand in, as paths, each once.
  ///
  /// It reads none of them, and looks at nothing but their names. A model that is not sound has none.
  ///
  /// - Parameters:
  ///   - data: the whole file.
  ///   - path: where it stands.
  package static func files(of data: Data, at path: String) -> [String] {
    files(of: ModelBytes(data), at: path)
  }

  /// The other files that the tensors of a model in a file stand in, as paths, each once.
  ///
  /// It reads none of them and no tensor, and looks at nothing but their names. A model that cannot be
  /// read, is not sound or comes through a pipe has none.
  package static func files(ofModelAt path: String) -> [String] {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let bytes = try? ModelBytes(at: path)
    else { return [] }
    return files(of: bytes, at: path)
  }

  private static func files(of bytes: ModelBytes, at path: String) -> [String] {
    guard let model = try? ModelProto(bytes) else { return [] }
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .map { $0 + "/" }.joined()
    var tensors = model.graph.initializers
    for attribute in model.graph.nodes.flatMap(\.attributes) {
      if case .tensor(let tensor) = attribute.value { tensors.append(tensor) }
    }
    let locations = Set(tensors.compactMap { $0.external?["location"] })
    return locations.filter { !$0.isEmpty && !$0.utf8.contains(0) }.sorted().map { folder + $0 }
  }
}
