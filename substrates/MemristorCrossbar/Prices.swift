internal import AnalogNeurons
internal import Parameters
internal import Quantities
internal import SubstrateCore

/// What a read of an array costs.
enum Prices: Hashable, Sendable {
  /// Device equations for the array, and constants for each converter: the parts that have a figure.
  ///
  /// - Parameters:
  ///   - step: joules for each step of an output converter; 2^b steps make a conversion.
  ///   - isGiven: whether it was set; the default has a range.
  ///   - input: of an input converter's conversion; none where nobody knows.
  case parametric(step: Joules, isGiven: Bool, input: Joules?)
  /// A published chip, all of a core's read in one figure, to which no part is added.
  case chip(Chip)

  /// A chip of which the energy of a full read is published.
  struct Chip: Hashable, Sendable {
    let name: String
    /// Of one core.
    let read: Joules
    /// Of one read.
    let time: Seconds
  }

  /// Rows of a core of the chip, and signed weights of a row.
  static let coreSize = 256
  /// Cores of the chip.
  static let cores = 64

  /// One phase: both signs of the inputs in one read.
  ///
  /// 64 cores of 256 × 256 in 0.86 µJ are 0.2050 pJ for a multiply-accumulate, 9.754 TOPS/W (printed: 9.76); at the
  /// printed 63.1 TOPS a read takes 133 ns.
  static let onePhase = chip("hermes", microjoules: 0.86, tops: 63.1)

  /// Four phases, one for each pair of signs: more exact, 2.482 TOPS/W (printed: 2.48) at 16.1 TOPS.
  static let fourPhases = chip("hermes-4-phase", microjoules: 3.38, tops: 16.1)

  private static func chip(_ name: String, microjoules: Double, tops: Double) -> Chip {
    let operations = Double(2 * cores * coreSize * coreSize)
    return Chip(
      name: name, read: Joules(microjoules * 1e-6) / Double(cores),
      time: Seconds(operations / (tops * 1e12)))
  }

  /// A converter's usual energy for each step, in joules, and the source's range.
  static let step = Sourced(
    Joules(5e-15), low: Joules(4e-15), high: Joules(10e-15), source: Sources.converterStep,
    basis: .measured, boundary: .circuit)

  /// Reads the settings.
  ///
  /// - Throws: `Refusal` with reason `settings` for values that a chip's figure leaves without effect.
  init(_ settings: Settings) throws(Refusal) {
    let word = settings.word("prices")!
    guard let chip = [Self.onePhase, Self.fourPhases].first(where: { $0.name == word }) else {
      self = .parametric(
        step: Joules(settings.number("fom")!), isGiven: settings.isGiven("fom"),
        input: settings.number("dac-energy").map { Joules($0) })
      return
    }
    for name in ["fom", "dac-energy"] where settings.isGiven(name) {
      throw Refusal(
        .settings,
        "\(name) is set with prices=\(word); that figure has the converters in it; use "
          + "prices=parametric or leave "
          + "it out")
    }
    guard !settings.isGiven("read-time") else {
      throw Refusal(
        .settings,
        "read-time is set with prices=\(word); that figure is of reads as long as the chip's own, "
          + "\(Int((chip.time.value * 1e9).rounded())) ns; "
          + "use prices=parametric or leave it out")
    }
    let array = Int(settings.number("array")!)
    guard array == Self.coreSize else {
      throw Refusal(
        .settings,
        "array \(array) with prices=\(word); that figure is of cores of 256 rows and 256 weights "
          + "a row; use "
          + "prices=parametric or array=256")
    }
    self = .chip(chip)
  }

  /// Whether a chip's figure is used.
  var isOfChip: Bool { if case .chip = self { true } else { false } }

  /// How long a read takes, if nothing else is said.
  var readTime: Seconds {
    switch self {
    case .parametric: Seconds(100e-9)
    case .chip(let chip): chip.time
    }
  }

  /// A conversion of a column pair's current, of so many bits: the step's energy 2^b times, and never less than
  /// the charge that sampling noise asks for, 12·4^b k_B T.
  ///
  /// - Returns: none where a chip's figure has it in it.
  func outputConversion(bits: Int, at temperature: Kelvin) -> (
    energy: Joules, range: ClosedRange<Joules>?
  )? {
    guard case .parametric(let step, let isGiven, _) = self else { return nil }
    let least = Joules(Converters.energyPerSample(bits: bits), at: temperature)
    let steps = Double(1 << bits)
    func conversion(_ step: Joules) -> Joules { max(steps * step, least) }
    let range =
      isGiven ? nil : conversion(Self.step.low!)...conversion(Self.step.high!)
    return (conversion(step), range)
  }
}
