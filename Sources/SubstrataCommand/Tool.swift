internal import Foundation
public import SubstrateCore

/// The command line tool, for whatever substrates a package has.
///
/// A tool of one's own is an executable whose `main.swift` calls `main(on:)` with the registry that the plugin
/// `SubstrateRegistry` writes for it. Options, reports and exit statuses are those of `substrata`.
public enum Tool {
  /// Does what the command line asks for, and ends the process.
  ///
  /// - Parameter substrates: those there are to choose from, in the order of reports.
  public static func main(on substrates: [any Substrate]) -> Never {
    // Somebody up the line may have left SIGPIPE ignored; a reader that closes the pipe ends the tool
    // silently.
    signal(SIGPIPE, SIG_DFL)
    // A limit on the size of files is an error of writing, which takes the draft away, and no sudden end.
    signal(SIGXFSZ, SIG_IGN)
    Output.standInForClosedStreams()
    do throws(Failure) {
      try check(substrates)
      try run(words(), on: substrates)
    } catch {
      error.exit()
    }
    exit(EXIT_SUCCESS)
  }

  /// Whoever builds a tool of their own sees at once what is wrong with its registry.
  ///
  /// - Throws: a usage failure if it is empty, or two substrates have one name.
  private static func check(_ substrates: [any Substrate]) throws(Failure) {
    guard !substrates.isEmpty else {
      throw .usage(
        "this tool has no substrates; its target depends on none in a folder called 'substrates'; add one"
      )
    }
    var modules: [String: String] = [:]
    for substrate in substrates {
      let module = String(String(reflecting: type(of: substrate)).prefix { $0 != "." })
      if let other = modules.updateValue(module, forKey: substrate.card.id) {
        throw .usage(
          "two substrates are called '\(substrate.card.id)', of the modules \(other) and \(module); names are "
            + "unique; rename one on its card")
      }
    }
  }

  /// The words after the tool's name.
  ///
  /// - Throws: a usage failure for a word that is not UTF-8: repaired, it would name another file.
  private static func words() throws(Failure) -> [String] {
    var words: [String] = []
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let bytes = CommandLine.unsafeArgv[index] else { break }
      guard let word = String(validatingCString: bytes) else {
        throw .usage(
          "argument \(index) ('\(Failure.short(String(cString: bytes)))') is not UTF-8; names of files are "
            + "taken as UTF-8 text; rename the file or link to it")
      }
      words.append(word)
    }
    return words
  }

  /// Finds the command and runs it.
  private static func run(_ words: [String], on substrates: [any Substrate]) throws(Failure) {
    let names = Command.all.map(\.name) + ["help"]
    func command(_ name: String) throws(Failure) -> Command {
      guard let command = Command.all.first(where: { $0.name == name }) else {
        throw .unknown("command", name, known: names, remedy: "try 'substrata help'")
      }
      return command
    }
    func show(_ text: String) throws(Failure) { try Output(path: nil).write(text) }
    switch words.first {
    case nil, "--help", "-h":
      try show(Command.help)
    case "help":
      guard words.count <= 2 else {
        throw .usage("'help' takes one command; it is given \(words.count - 1); name one")
      }
      let isOfCommand = words.count == 2 && words[1] != "help"
      try show(isOfCommand ? try command(words[1]).help : Command.help)
    case "--version":
      try show("substrata \(Command.version)\n")
    case let name?:
      let command = try command(name)
      let arguments = try Arguments(
        words.dropFirst(), of: name, options: command.options(), operands: command.operands,
        on: substrates)
      if arguments.asksForHelp {
        try show(command.help)
      } else {
        try command.run(arguments)
      }
    }
  }
}
