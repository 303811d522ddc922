internal import SubstrateCore

/// A call of a command: its words taken apart, options with their values checked against what the command knows, and
/// the substrates it is about.
struct Arguments {
  /// An option of a command.
  struct Option {
    let name: String
    /// What its value is called in the help; none for a switch.
    let value: String?
    let isRepeatable: Bool
    let help: String

    /// A switch.
    init(_ name: String, _ help: String) {
      self.name = name
      value = nil
      isRepeatable = false
      self.help = help
    }

    /// An option with a value.
    init(_ name: String, _ value: String, isRepeatable: Bool = false, _ help: String) {
      self.name = name
      self.value = value
      self.isRepeatable = isRepeatable
      self.help = help
    }
  }

  private var values: [String: [String]] = [:]
  /// The words that belong to no option, one for each that the command takes.
  private(set) var operands: [String] = []
  /// Whether help was asked for; nothing else was checked then.
  let asksForHelp: Bool
  /// The call that makes the same figures, as a shell takes it.
  let commandLine: String
  /// The substrates that the tool was built with, in the order of reports.
  let substrates: [any Substrate]

  /// Takes the words after a command apart.
  ///
  /// - Parameter expected: what the help calls the words that belong to no option.
  /// - Throws: a usage failure for an unknown option, one without its value, one given twice, or too
  ///   few or too many words that belong to no option.
  init(
    _ words: some Collection<String>, of command: String, options: [Option],
    operands expected: [String] = [], on substrates: [any Substrate]
  ) throws(Failure) {
    self.substrates = substrates
    asksForHelp = words.contains { $0 == "--help" || $0 == "-h" }
    commandLine = CommandLineText.of(command, Array(words), options: options)
    guard !asksForHelp else { return }
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word != "-" else {
        guard operands.count < expected.count else {
          let known = expected.isEmpty ? "options only" : expected.joined(separator: " and ")
          throw .usage(
            "stray argument '\(Failure.short(word))'; '\(command)' takes \(known); "
              + "try 'substrata \(command) --help'")
        }
        operands.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = options.first(where: { $0.name == name }) else {
        throw .unknown(
          "option", name, known: options.map(\.name), remedy: "try 'substrata \(command) --help'")
      }
      var value = ""
      if let expected = option.value {
        if parts.count == 2 {
          value = String(parts[1])
        } else if let next = rest.first, !next.hasPrefix("--") {
          value = next
          rest = rest.dropFirst()
        } else {
          throw .usage(
            "option '\(name)' has no value; it takes one; write '\(name) \(expected)'")
        }
      } else if parts.count == 2 {
        throw .usage("option '\(name)' has a value; it is a switch; write '\(name)' alone")
      }
      guard option.isRepeatable || values[name] == nil else {
        throw .usage("option '\(name)' is given twice; it counts once; leave one out")
      }
      values[name, default: []].append(value)
    }
    guard operands.count == expected.count else {
      throw .usage(
        "no \(expected[operands.count]) is given; '\(command)' takes \(expected.joined(separator: " and ")); "
          + "try 'substrata \(command) --help'")
    }
  }

  /// Whether a switch is on.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// An option's value, if it was given.
  func value(_ name: String) -> String? { values[name]?.first }

  /// All values of a repeatable option.
  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// An option's value among some words.
  func choice(_ name: String, _ sort: String, from known: [String]) throws(Failure) -> String {
    guard let value = value(name) else { return known[0] }
    guard known.contains(value) else {
      throw .unknown(sort, value, known: known, remedy: "choose one of them")
    }
    return value
  }

  /// An option's value as a whole number of a range.
  func integer<Number: FixedWidthInteger>(
    _ name: String, in range: ClosedRange<Number>
  ) throws(Failure) -> Number? {
    guard let text = value(name) else { return nil }
    guard let number = Number(text), range.contains(number) else {
      let end = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
      throw .usage(
        "\(name) is '\(Failure.short(text))'; it takes a whole number from \(range.lowerBound)\(end); choose one"
      )
    }
    return number
  }

  /// An option's value as a finite number of a range.
  func number(_ name: String, in range: ClosedRange<Double>, _ spelled: String) throws(Failure)
    -> Double?
  {
    guard let text = value(name) else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw .usage("\(name) is '\(Failure.short(text))'; it takes \(spelled); choose such a number")
    }
    return number
  }
}
