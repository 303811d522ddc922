internal import Foundation
internal import Harness
internal import Quantities
internal import SubstrateCore
internal import Parameters

/// What `compare` and `sweep` take alike: who runs, how set, in which bath.
struct Setup {
  static let options: [Arguments.Option] =
    Input.modelOptions + Input.dataOptions + [
      .init("--substrates", "ID,ID", "which substrates, in this order (all)"),
      .init(
        "--set", "ID.PARAMETER=VALUE", isRepeatable: true,
        "a substrate's parameter, see 'substrata list'; repeatable"),
      .init("--temperature", "K", "of the bath, in kelvin (300)"),
      .init("--seed", "N", "what all noise is derived from, from 0 (1)"),
      .init("--threads", "N", "how many threads work; no figure depends on it (all cores)"),
    ]

  let seed: UInt64
  let threads: Int
  let temperature: Kelvin
  let selections: [Selection]

  /// Reads the options, but for those that name files.
  init(_ arguments: Arguments) throws(Failure) {
    seed = try Self.seed(arguments)
    threads = try Self.threads(arguments)
    // Far beyond any bath, and far within what k_B T in joules can hold.
    let kelvin =
      try arguments.number(
        "--temperature", in: 1e-30...1e30, "a positive finite number of kelvin, 1e-30 to 1e30")
      ?? 300
    temperature = Kelvin(kelvin)
    selections = try Self.selections(arguments)
  }

  /// What `--seed` says.
  static func seed(_ arguments: Arguments) throws(Failure) -> UInt64 {
    try arguments.integer("--seed", in: 0...UInt64.max) ?? 1
  }

  /// What `--threads` says; all cores if it is not given.
  static func threads(_ arguments: Arguments) throws(Failure) -> Int {
    try arguments.integer("--threads", in: 1...1024)
      ?? ProcessInfo.processInfo.activeProcessorCount
  }

  // MARK: Which substrates, set how

  /// The substrates that `--substrates` names, in its order; all if it is not given.
  static func substrates(_ arguments: Arguments) throws(Failure) -> [any Substrate] {
    guard let list = arguments.value("--substrates") else { return arguments.substrates }
    let known = arguments.substrates.map(\.card.id)
    var chosen: [any Substrate] = []
    for id in list.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      guard let substrate = arguments.substrates.first(where: { $0.card.id == id }) else {
        throw .unknown("substrate", id, known: known, remedy: "see 'substrata list'")
      }
      guard !chosen.contains(where: { $0.card.id == id }) else {
        throw .usage("--substrates names '\(id)' twice; each runs once; leave one out")
      }
      chosen.append(substrate)
    }
    return chosen
  }

  private static func selections(_ arguments: Arguments) throws(Failure) -> [Selection] {
    let known = arguments.substrates.map(\.card.id)
    var selections = try substrates(arguments).map { Selection($0) }
    let chosen = selections.map(\.substrate.card.id)
    for setting in arguments.all("--set") {
      guard let equals = setting.firstIndex(of: "="),
        let point = setting[..<equals].firstIndex(of: ".")
      else {
        throw .usage(
          "--set is '\(setting)'; it takes ID.PARAMETER=VALUE; write for example 'digital.bits=4'")
      }
      let id = String(setting[..<point])
      let name = String(setting[setting.index(after: point)..<equals])
      let value = String(setting[setting.index(after: equals)...])
      guard known.contains(id) else {
        throw .unknown("substrate", id, known: known, remedy: "see 'substrata list'")
      }
      guard let place = chosen.firstIndex(of: id) else {
        throw .usage(
          "--set sets '\(id).\(name)'; --substrates leaves '\(id)' out; add it or drop the setting")
      }
      guard
        !selections[place].settings.parameters.contains(where: { $0.name == name })
          || !selections[place].settings.isGiven(name)
      else {
        throw .usage("--set sets '\(id).\(name)' twice; it has one value; leave one out")
      }
      do throws(SettingError) {
        try selections[place].settings.set(name, to: value)
      } catch {
        throw explained(error, of: id)
      }
    }
    return selections
  }

  static func explained(_ error: SettingError, of id: String) -> Failure {
    switch error {
    case .unknown(let name, let known):
      return .unknown("parameter", name, of: id, known: known, remedy: "see 'substrata list'")
    case .conflict(let name, let other):
      return .usage(
        "\(id): \(name) and \(other) are both set; each replaces the other; keep one")
    case .outOfRange(let parameter, let text):
      let unit = parameter.unit.isEmpty ? "" : " (\(parameter.unit))"
      let guess: String? =
        if case .choice(let words) = parameter.domain { nearest(to: text, among: words) } else {
          nil
        }
      return .usage(
        "\(id).\(parameter.name) is '\(text)'; it takes \(parameter.range)\(unit); "
          + (guess.map { "did you mean '\($0)'?" } ?? "choose such a value"))
    }
  }
}
