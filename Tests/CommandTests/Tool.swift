import Foundation
import Testing

/// The built tool, run as a process.
enum Tool {
  struct Outcome {
    let status: Int32
    let output: String
    let error: String
    let endedBySignal: Bool
  }

  /// The executable beside the tests.
  static let path: URL = {
    #if os(macOS)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? .main
      return bundle.bundleURL.deletingLastPathComponent().appending(path: "substrata")
    #else
      return URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "substrata")
    #endif
  }()

  /// Runs a line of the shell to its end, in which "$0" is the tool.
  static func shell(_ line: String, in folder: URL? = nil) throws -> Outcome {
    try run(
      ["-c", line, path.path(percentEncoded: false)], of: URL(filePath: "/bin/sh"), in: folder)
  }

  /// Runs the tool to its end, in a folder.
  static func run(
    _ arguments: [String], of executable: URL = path, in folder: URL? = nil
  ) throws -> Outcome {
    let scratch = try Scratch()
    // Files, not pipes: nobody has to empty them while the tool runs.
    let (output, error) = (scratch.file("output", ""), scratch.file("error", ""))
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      error: String(decoding: try Data(contentsOf: error), as: UTF8.self),
      endedBySignal: process.terminationReason == .uncaughtSignal)
  }

  /// Expects a call to fail with a status and one line on standard error that holds some words.
  static func expectFailure(
    _ arguments: [String], status: Int32, saying words: String..., in folder: URL? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectFailure(
      try run(arguments, in: folder), of: arguments.joined(separator: " "), status: status,
      saying: words, sourceLocation: sourceLocation)
  }

  /// Expects the same of a call that has been made.
  static func expectFailure(
    _ outcome: Outcome, of call: String, status: Int32, saying words: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let call: Comment = "\(call): \(outcome.error)"
    #expect(outcome.status == status, call, sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, call, sourceLocation: sourceLocation)
    let lines = outcome.error.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2 && lines.last == "", call, sourceLocation: sourceLocation)
    #expect(outcome.error.hasPrefix("substrata: "), call, sourceLocation: sourceLocation)
    #expect(lines[0].split(separator: ";").count >= 3, call, sourceLocation: sourceLocation)
    let controls = lines[0].unicodeScalars.filter { $0.properties.generalCategory == .control }
    #expect(controls.isEmpty, call, sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.error.contains(word), call, sourceLocation: sourceLocation)
    }
  }
}

/// A folder that vanishes with its owner.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "substrata-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Makes a file and gives its place.
  @discardableResult func file(_ name: String, _ contents: String) -> URL {
    file(name, Data(contents.utf8))
  }

  @discardableResult func file(_ name: String, _ contents: Data) -> URL {
    let place = folder.appending(path: name)
    _ = FileManager.default.createFile(
      atPath: place.path(percentEncoded: false), contents: contents)
    return place
  }

  /// What stands in the folder, by name.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)))
      ?? [])
      .sorted()
  }
}
