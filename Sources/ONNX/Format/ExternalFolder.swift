internal import Foundation

/// The folder of a model, in which large tensors may stand in files of their own.
///
/// A model is not trusted: it names files of its own folder and nothing else, neither by `..` nor
/// through links.
struct ExternalFolder {
  /// The folder's path.
  let path: String

  /// Where in which file the bytes of a tensor begin, as its entries say; all of them are there.
  ///
  /// - Parameters:
  ///   - entries: `location`, and perhaps `offset` and `length` in bytes.
  ///   - count: how many bytes the tensor has.
  ///   - title: the tensor in messages.
  func stretch(
    _ entries: [String: String], count: Int, of title: String
  ) throws(ONNXError) -> (bytes: ModelBytes, start: Int) {
    guard let location = entries["location"], !location.isEmpty else {
      throw .damaged("\(title) stands in another file without a name")
    }
    let place = "file '\(ONNXError.short(location))' of \(title)"
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.hasPrefix("/"), !parts.contains(".."), !location.utf8.contains(0) else {
      throw .damaged("\(place) is not in the model's own folder")
    }
    func number(_ key: String, _ other: Int) throws(ONNXError) -> Int {
      guard let text = entries[key] else { return other }
      guard let number = Int(text), number >= 0 else {
        throw .damaged("\(place) has \(key) '\(ONNXError.short(text))'")
      }
      return number
    }
    let offset = try number("offset", 0)
    guard try number("length", count) == count else {
      throw .damaged("\(title) has a shape of \(count) bytes and a length of another number")
    }

    guard let base = Self.resolved(path.isEmpty ? "." : path),
      let file = Self.resolved("\(base)/\(location)")
    else { throw .damaged("\(place) cannot be found") }
    guard file.hasPrefix(base.hasSuffix("/") ? base : base + "/") else {
      throw .damaged("\(place) is not in the model's own folder")
    }
    // The path is resolved: a link here has been put there since. A pipe must not block.
    let descriptor = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .damaged("\(place) cannot be opened") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .damaged("\(place) is no file")
    }
    let bytes = ModelBytes(file: descriptor, count: Int(status.st_size), title: place)
    guard offset <= bytes.count, count <= bytes.count - offset else {
      throw .damaged("\(place) has \(bytes.count) bytes; \(count) from \(offset) on are due")
    }
    guard UInt64(count) <= ProcessInfo.processInfo.physicalMemory else {
      throw .unsupported("\(place) is larger than this machine's memory")
    }
    return (bytes, offset)
  }

  /// The size of a file in bytes, 0 if there is none. It says what to expect, and nothing of where
  /// the file stands.
  func size(of location: String) -> Int {
    var status = stat()
    guard !location.utf8.contains(0), stat("\(path.isEmpty ? "." : path)/\(location)", &status) == 0
    else { return 0 }
    return max(0, Int(status.st_size))
  }

  /// A path without links, if it exists.
  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(validatingCString: resolved)
  }
}
