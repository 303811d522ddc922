internal import Foundation

/// Where a report goes: standard output, or a file that appears complete or not at all.
struct Output {
  private let path: String?
  /// What names the file.
  private let option: String

  /// Makes sure that the file can be written, before any time is spent on what it will hold.
  ///
  /// - Parameters:
  ///   - path: of the file; none for standard output.
  ///   - option: what names it.
  /// - Throws: a failure if the folder is missing or closed to us, or the path is a folder; or if it is
  ///   standard output that is closed.
  init(path: String?, option: String = "--output") throws(Failure) {
    self.option = option
    guard let path else {
      self.path = nil
      let mode = fcntl(STDOUT_FILENO, F_GETFL)
      guard mode >= 0, mode & O_ACCMODE != O_RDONLY else {
        throw .inputOutput(
          "cannot write to standard output; it is closed or for reading only; open it or use --output"
        )
      }
      return
    }
    guard !path.isEmpty else { throw .usage("\(option) is empty; it takes a file; name one") }
    let file = FileKind(of: path)
    if file == .folder {
      throw .inputOutput("cannot write '\(Failure.short(path))'; it is a folder; name a file in it")
    }
    guard file == .missing || access(path, W_OK) == 0 else {
      throw .inputOutput(
        "cannot write '\(Failure.short(path))'; \(Self.lastError()); choose another \(option)")
    }
    // A link stays a link: what it points to is replaced, or made.
    self.path =
      switch file {
      case .regular: Self.resolved(path)
      case .missing: try Self.aim(of: path, option)
      case .folder, .pipe, .device: path
      }
    guard file == .missing || file == .regular else { return }
    let draft = Self.draft(for: self.path!)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .inputOutput(
        "cannot write '\(Failure.short(path))'; its folder: \(Self.lastError()); choose another \(option)"
      )
    }
    close(descriptor)
    unlink(draft)
  }

  /// Whether the report goes to the same terminal as messages do.
  var isStandardOutput: Bool { path == nil }

  /// Writes the whole report.
  func write(_ text: String) throws(Failure) { try write(Data(text.utf8)) }

  /// Writes all of it.
  func write(_ data: Data) throws(Failure) {
    guard let path else {
      // A reader that leaves early ends the tool by SIGPIPE; what comes back is a full device or
      // the like.
      guard Self.writeAll(data, to: STDOUT_FILENO) else {
        throw .inputOutput(
          "cannot write to standard output; \(Self.lastError()); free some room or use --output")
      }
      return
    }
    switch FileKind(of: path) {
    case .missing, .regular: try replace(path, with: data)
    case .folder, .pipe, .device:
      // A device or a pipe has no neighbour that could take its place.
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      defer { if descriptor >= 0 { close(descriptor) } }
      guard descriptor >= 0, Self.writeAll(data, to: descriptor) else {
        throw .inputOutput(
          "cannot write '\(Failure.short(path))'; \(Self.lastError()); choose another \(option)")
      }
    }
  }

  private func replace(_ path: String, with data: Data) throws(Failure) {
    let draft = Self.draft(for: path)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    var isDone = descriptor >= 0
    if isDone {
      var before = stat()
      if stat(path, &before) == 0 { _ = fchmod(descriptor, before.st_mode & 0o7777) }
      isDone = Self.writeAll(data, to: descriptor)
      isDone = close(descriptor) == 0 && isDone
      isDone = isDone && rename(draft, path) == 0
    }
    guard isDone else {
      let cause = Self.lastError()
      unlink(draft)
      throw .inputOutput(
        "cannot write '\(Failure.short(path))'; \(cause); free some room or choose another \(option)"
      )
    }
  }

  /// Writes a message to standard error; there is nobody to tell if that fails.
  static func writeError(_ text: String) { _ = writeAll(text, to: STDERR_FILENO) }

  /// Writes all of a text, or says by `errno` why it cannot.
  static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    writeAll(Data(text.utf8), to: descriptor)
  }

  /// Writes all bytes, or says by `errno` why it cannot.
  static func writeAll(_ data: Data, to descriptor: Int32) -> Bool {
    data.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return true }
      var done = 0
      while done < bytes.count {
        let count = Foundation.write(descriptor, first + done, bytes.count - done)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return false }
        done += count
      }
      return true
    }
  }

  private static func draft(for path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().map { $0 + "/" }.joined()
    return "\(folder).\(parts.last!.prefix(100)).\(getpid())"
  }

  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Where a path leads that leads to no file yet: through links to the first place that is none.
  private static func aim(
    of path: String, _ option: String
  ) throws(Failure) -> String {
    var path = path
    for _ in 0..<40 {
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
      var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = target.withUnsafeMutableBytes { bytes in
        readlink(path, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
      }
      guard count > 0, let name = String(validating: target.prefix(count), as: UTF8.self) else {
        throw .inputOutput(
          "cannot write '\(Failure.short(path))'; the link cannot be followed; choose another \(option)"
        )
      }
      let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        .map { $0 + "/" }.joined()
      path = name.hasPrefix("/") ? name : folder + name
    }
    throw .inputOutput(
      "cannot write '\(Failure.short(path))'; its links lead round in a circle; choose another \(option)"
    )
  }

  /// Opens standard streams that the tool was started without, so that no file of its own takes their place:
  /// nothing comes in, messages go nowhere, and writing a report fails.
  static func standInForClosedStreams() {
    for (stream, mode) in [
      (STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ]
    where fcntl(stream, F_GETFD) < 0 && errno == EBADF {
      _ = open("/dev/null", mode)
    }
  }

  /// What the system says of the last call that failed, in lower case, as part of a sentence.
  static func lastError() -> String {
    let text = String(cString: strerror(errno))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

/// What stands at a path.
enum FileKind {
  case missing, regular, folder, pipe, device

  init(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = .missing
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: self = .folder
    case S_IFREG: self = .regular
    case S_IFIFO, S_IFSOCK: self = .pipe
    default: self = .device
    }
  }
}
