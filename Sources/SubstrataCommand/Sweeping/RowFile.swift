internal import Foundation

/// Where the rows of a sweep go as they are done: standard output, or a file beside the one asked
/// for, `FILE.partial`, that takes its name when all rows are there.
struct RowFile {
  private let descriptor: Int32
  /// What is written to, as messages name it.
  private let name: String
  /// The file of rows and what it will be called; none for standard output, a pipe or a device.
  private let paths: (partial: String, final: String)?
  /// How long the file is as far as its rows are whole.
  private var length: Int
  /// Whether rows were in it before.
  let isContinued: Bool

  /// Where an unfinished sweep for a file is kept.
  static func partial(for path: String) -> String { path + ".partial" }

  /// Opens it.
  ///
  /// - Parameters:
  ///   - path: of the file asked for, which `Output` has found fit; none for standard output.
  ///   - resumed: a file whose rows are the first ones. It is continued in its place if it is the
  ///     unfinished file of `path`, and else left as it is.
  ///   - text: what was read from that file.
  /// - Throws: a failure if there is an unfinished file that is not to be continued, or another
  ///   process writes it.
  init(path: String?, resuming resumed: String?, holding text: String) throws(Failure) {
    guard let path else {
      if let resumed, Self.isSame(STDOUT_FILENO, resumed) {
        throw .inputOutput(
          "standard output is '\(resumed)' itself; its rows would be there twice; "
            + "name the result with --output")
      }
      (descriptor, name, paths, length, isContinued) =
        (STDOUT_FILENO, "standard output", nil, 0, false)
      return
    }
    let kind = FileKind(of: path)
    guard kind == .missing || kind == .regular else {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw .inputOutput("cannot write '\(path)'; \(Output.lastError()); choose another --output")
      }
      (self.descriptor, name, paths, length, isContinued) = (descriptor, path, nil, 0, false)
      return
    }
    let final = kind == .regular ? Self.resolved(path) : path
    let partial = Self.partial(for: final)
    isContinued = resumed.map { Self.resolved($0) == Self.resolved(partial) } ?? false
    if !isContinued { try Self.refuseUnfinished(path) }
    let flags = O_WRONLY | O_APPEND | O_CLOEXEC | (isContinued ? 0 : O_CREAT | O_EXCL)
    descriptor = open(partial, flags, 0o666)
    guard descriptor >= 0 else {
      throw .inputOutput(
        "cannot write '\(partial)'; \(Output.lastError()); choose another --output")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw .inputOutput(
        "cannot continue '\(partial)'; another sweep is writing it; wait for that to end")
    }
    name = partial
    paths = (partial, final)
    length = isContinued ? Int(lseek(descriptor, 0, SEEK_END)) : 0
    // Between reading and locking another sweep may have come to its end; a mark before the first
    // byte is not part of the rows either.
    guard !isContinued || length == text.utf8.count else {
      throw .inputOutput(
        "cannot continue '\(partial)'; it is longer than the rows in it; look into it, "
          + "or resume a copy")
    }
  }

  /// Makes sure that no unfinished sweep would be written over.
  static func refuseUnfinished(_ path: String) throws(Failure) {
    let partial = partial(for: FileKind(of: path) == .regular ? resolved(path) : path)
    guard FileKind(of: partial) == .missing else {
      throw .inputOutput(
        "'\(partial)' is there already; it holds an unfinished sweep; "
          + "continue it with --resume '\(partial)', or move it away")
    }
  }

  /// Whether rows stay in a file when the sweep is broken off.
  var isFile: Bool { paths != nil }

  /// Adds lines: all of them, or none where the file can be shortened again.
  mutating func append(_ text: String) throws(Failure) {
    guard Output.writeAll(text, to: descriptor) else {
      let cause = Output.lastError()
      guard paths != nil else {
        throw .inputOutput("cannot write to '\(name)'; \(cause); free some room or use --output")
      }
      _ = ftruncate(descriptor, off_t(length))
      if length == 0 { discard() }
      throw .inputOutput(
        "cannot write '\(name)'; \(cause); "
          + (length == 0
            ? "free some room or choose another --output"
            : "free some room and continue with --resume '\(name)'"))
    }
    length += text.utf8.count
  }

  /// All rows are there: the file takes its name.
  func finish() throws(Failure) {
    guard let paths else { return }
    var before = stat()
    if stat(paths.final, &before) == 0 { _ = fchmod(descriptor, before.st_mode & 0o7777) }
    guard close(descriptor) == 0, rename(paths.partial, paths.final) == 0 else {
      throw .inputOutput(
        "cannot write '\(paths.final)'; \(Output.lastError()); all rows are in '\(paths.partial)'")
    }
  }

  /// Takes an unfinished file away that holds no row.
  func discard() {
    if let paths, !isContinued { unlink(paths.partial) }
  }

  /// How to go on after the sweep was broken off.
  func remedy(hasRows: Bool) -> String {
    guard hasRows else { return "start it again" }
    return paths.map { "continue with --resume '\($0.partial)'" }
      ?? "keep the rows and continue with --resume FILE"
  }

  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var (one, other) = (stat(), stat())
    return fstat(descriptor, &one) == 0 && stat(path, &other) == 0 && one.st_dev == other.st_dev
      && one.st_ino == other.st_ino && one.st_mode & S_IFMT == S_IFREG
  }

  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
