internal import Harness
internal import SubstrateCore
internal import Parameters

/// Axes and shards from the words of a command line.
enum SweepAxes {
  private static let form = "ID.PARAMETER=FIRST:LAST:COUNT[:log]"

  /// The grid over the axes of `--over`.
  static func grid(_ arguments: Arguments, _ selections: [Selection]) throws(Failure) -> Sweep.Grid
  {
    var axes: [Sweep.Axis] = []
    for text in arguments.all("--over") {
      axes.append(try axis(text, of: selections, among: arguments.substrates))
    }
    return try explaining { () throws(SweepError) in try Sweep.Grid(selections, over: axes) }
  }

  private static func axis(
    _ text: String, of selections: [Selection], among substrates: [any Substrate]
  ) throws(Failure) -> Sweep.Axis {
    guard let equals = text.firstIndex(of: "="), let point = text[..<equals].firstIndex(of: ".")
    else { throw malformed(text) }
    let id = String(text[..<point])
    let name = String(text[text.index(after: point)..<equals])
    let known = substrates.map(\.card.id)
    guard known.contains(id) else {
      throw .unknown("substrate", id, known: known, remedy: "see 'substrata list'")
    }
    guard let selection = selections.first(where: { $0.substrate.card.id == id }) else {
      throw .usage(
        "--over goes over '\(id).\(name)'; --substrates leaves '\(id)' out; add it or drop the axis"
      )
    }
    let parameters = selection.settings.parameters
    guard let parameter = parameters.first(where: { $0.name == name }) else {
      throw .unknown(
        "parameter", name, of: id, known: parameters.map(\.name), remedy: "see 'substrata list'")
    }
    let words = text[text.index(after: equals)...]
      .split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (3...4).contains(words.count) else { throw malformed(text) }
    var spacing = Sweep.Axis.Spacing.linear
    if words.count == 4 {
      guard let known = Sweep.Axis.Spacing(rawValue: words[3]) else {
        throw .unknown(
          "spacing", words[3], known: Sweep.Axis.Spacing.allCases.map(\.rawValue),
          remedy: "write '\(form)'")
      }
      spacing = known
    }
    var ends: [Double] = []
    for (word, place) in zip(words, ["FIRST", "LAST"]) {
      // A word in place of a number may be all that the parameter takes.
      guard let number = Double(word), number.isFinite else {
        if case .choice = parameter.domain { break }
        throw .usage(
          "--over '\(text)' has \(place) '\(word)'; it takes a finite number; "
            + "write '\(form)'")
      }
      ends.append(number)
    }
    guard let count = Int(words[2]) else {
      let isLong =
        !words[2].isEmpty && words[2].allSatisfy(\.isASCII) && words[2].allSatisfy(\.isNumber)
      throw .usage(
        isLong
          ? "--over '\(text)' has COUNT '\(words[2])'; at most \(Sweep.mostPoints) points are "
            + "taken; choose fewer, or several sweeps"
          : "--over '\(text)' has COUNT '\(words[2])'; it takes a whole number from 1; "
            + "write '\(form)'")
    }
    return try explaining { () throws(SweepError) in
      try Sweep.Axis(
        parameter, of: id, from: ends.first ?? 0, to: ends.last ?? 0, count: count,
        spacing: spacing)
    }
  }

  private static func malformed(_ text: String) -> Failure {
    .usage(
      "--over is '\(text)'; it takes \(form); write for example 'quasi-static.duration=1:1e4:9:log'"
    )
  }

  /// The part of `--shard`; the whole without it.
  static func shard(_ arguments: Arguments) throws(Failure) -> Sweep.Shard {
    guard let text = arguments.value("--shard") else { return .whole }
    let words = text.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count == 2, let index = Int(words[0]), let count = Int(words[1]) else {
      throw .usage(
        "--shard is '\(text)'; it takes I/N, two whole numbers; write for example '1/8'")
    }
    return try explaining { () throws(SweepError) in try Sweep.Shard(index, of: count) }
  }

  /// A sweep that cannot be meant is a call that cannot be meant.
  static func explaining<Value>(_ make: () throws(SweepError) -> Value) throws(Failure) -> Value {
    do throws(SweepError) {
      return try make()
    } catch {
      throw .usage(error.description)
    }
  }
}
