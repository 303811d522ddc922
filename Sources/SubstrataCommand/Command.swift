/// A command of the tool, with its help.
struct Command: Sendable {
  let name: String
  let summary: String
  let example: String
  /// The words it takes besides options, as the help calls them.
  var operands: [String] = []
  let options: @Sendable () -> [Arguments.Option]
  let run: @Sendable (Arguments) throws(Failure) -> Void

  static let version = "0.1.0"

  static let all = [
    Command(
      name: "compare",
      summary: "run one network on the substrates: what an inference costs on each",
      example: "substrata compare --set digital.bits=4 --per-layer", options: { Compare.options },
      run: { arguments throws(Failure) in try Compare.run(arguments) }),
    Command(
      name: "sweep", summary: "the same at every point of a grid of settings, as rows to plot",
      example: "substrata sweep --over quasi-static.duration=1:1e4:9:log --output sweep.csv",
      options: { Sweeping.options },
      run: { arguments throws(Failure) in try Sweeping.run(arguments) }),
    Command(
      name: "train", summary: "what learning costs: train a network, and what that takes on each",
      example: "substrata train --over energy-per-parameter=0.02:200:5:log --format html",
      options: { Train.options },
      run: { arguments throws(Failure) in try Train.run(arguments) }),
    Command(
      name: "report", summary: "any report, made later from the JSON of compare",
      example: "substrata report result.json --format markdown", operands: ["RESULT.json"],
      options: { Reporting.options },
      run: { arguments throws(Failure) in try Reporting.run(arguments) }),
    Command(
      name: "diff", summary: "what changed between two results of compare",
      example: "substrata diff old.json new.json --fail-on-change 5",
      operands: ["A.json", "B.json"], options: { Diff.options },
      run: { arguments throws(Failure) in try Diff.run(arguments) }),
    Command(
      name: "verify", summary: "every law of physics, measured against predicted",
      example: "substrata verify --format json", options: { Verify.options },
      run: { arguments throws(Failure) in try Verify.run(arguments) }),
    Command(
      name: "list", summary: "the substrates with parameters, units, ranges, defaults, sources",
      example: "substrata list --format json", options: { List.options },
      run: { arguments throws(Failure) in try List.run(arguments) }),
    Command(
      name: "inspect", summary: "a network's operations, shapes, parameters and neurons",
      example: "substrata inspect --model digits-mlp", options: { Inspect.options },
      run: { arguments throws(Failure) in try Inspect.run(arguments) }),
  ]

  private static let statuses = """
    Exit status:
      0  done, also when some substrates refuse: the report names them
      1  --strict, --fail-on-change or a law failed; the report is written nevertheless
      2  the call is wrong: an unknown name, a value out of range
      3  input or output cannot be read or written, or every substrate refuses
      130  a sweep or a training was interrupted, or 143, asked to end; what is finished is kept

    """

  /// The help of the tool.
  static var help: String {
    var text = """
      substrata: one neural network through several kinds of physics, and what each inference costs.

      Usage: substrata COMMAND [OPTION]...


      """
    for command in all { text += "  \(padded(command.name, to: 9))  \(command.summary)\n" }
    text += """
        help       this text, or with a command's name that command's options

        --version  the tool's version

      Example: substrata compare
      Prints a table for the built-in network on built-in images of handwritten digits.


      """
    return text + statuses
  }

  /// The help of the command.
  var help: String {
    let words = operands.map { " \($0)" }.joined()
    var text = "substrata \(name): \(summary)\n\nUsage: substrata \(name) [OPTION]...\(words)\n\n"
    let options = options() + [.init("--help", "this text")]
    // A long option stands on a line of its own, so that the column stays where it fits a terminal.
    let width = options.map { Self.left($0).count }.filter { $0 <= 24 }.max()!
    for option in options {
      let left = Self.left(option)
      text += left.count <= width ? "" : "  \(left)\n"
      text += "  \(Self.padded(left.count <= width ? left : "", to: width))  \(option.help)\n"
    }
    text += "\nValues in parentheses are defaults.\nExample: \(example)\n\n"
    return text + Self.statuses
  }

  private static func left(_ option: Arguments.Option) -> String {
    option.name + (option.value.map { " \($0)" } ?? "")
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }
}
