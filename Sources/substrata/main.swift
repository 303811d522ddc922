internal import Foundation

// Somebody up the line may have left SIGPIPE ignored; a reader that closes the pipe ends the tool
// silently.
signal(SIGPIPE, SIG_DFL)

do throws(Failure) {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  error.exit()
}

/// Finds the command and runs it.
func run(_ words: [String]) throws(Failure) {
  let names = Command.all.map(\.name) + ["help"]
  func command(_ name: String) throws(Failure) -> Command {
    guard let command = Command.all.first(where: { $0.name == name }) else {
      throw .unknown("command", name, known: names, remedy: "try 'substrata help'")
    }
    return command
  }
  let output = try Output(path: nil)
  switch words.first {
  case nil, "--help", "-h":
    try output.write(Command.help)
  case "help":
    guard words.count <= 2 else {
      throw .usage("'help' takes one command; it is given \(words.count - 1); name one")
    }
    let isOfCommand = words.count == 2 && words[1] != "help"
    try output.write(isOfCommand ? try command(words[1]).help : Command.help)
  case "--version":
    try output.write("substrata \(Command.version)\n")
  case let name?:
    let command = try command(name)
    let arguments = try Arguments(
      words.dropFirst(), of: name, options: command.options())
    if arguments.asksForHelp {
      try output.write(command.help)
    } else {
      try command.run(arguments)
    }
  }
}
