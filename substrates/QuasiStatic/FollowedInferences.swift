internal import Networks
internal import Parameters
internal import StochasticThermodynamics
internal import SubstrateCore

/// Which inferences of a stream are followed.
///
/// To follow the motion of a large network takes a few tenths of a second an inference. Energies are means over
/// the stream, and the mean of some inferences that are picked at random is known to its standard error; so
/// that is what is stated for streams too large to be followed from end to end.
enum FollowedInferences {
  /// All inferences are followed while neurons × inferences are no more than this; else as many as that.
  static let mostNeurons = 500_000

  static let parameter = Parameter(
    "inferences", .automatic("auto", or: .integer(2...1_000_000_000)), default: .word("auto"),
    meaning:
      "how many of the stream's inferences are followed, picked at random; auto is all while neurons × "
      + "inferences are up to 5e5, or if settle is given, else as many as that; not for method=langevin"
  )

  /// Refuses a number of inferences where all are followed.
  ///
  /// - Throws: `Refusal` with reason `settings`.
  static func check(_ settings: Settings) throws(Refusal) {
    guard settings.isGiven("inferences"), settings.word("method") == "langevin" else { return }
    throw Refusal(
      .settings,
      "inferences is set with method=langevin, which follows all; it is without effect there; leave it out, or "
        + "use method=relaxation")
  }

  /// The places of those that are followed, ascending.
  ///
  /// Of a machine whose hold is given all are, unless a number is asked for: its accuracy may be that of outputs
  /// read too early.
  ///
  /// The choice does not depend on the seed of the noise: trials with other noise are of the same inferences.
  ///
  /// - Parameters:
  ///   - settings: of the substrate.
  ///   - neurons: of the network.
  ///   - count: inferences of the stream.
  static func places(_ settings: Settings, neurons: Int, of count: Int) -> [Int] {
    // At the end of a given hold a network may not be at rest, and outputs that nobody followed are those at rest.
    let followsAll = settings.word("method") == "langevin" || settings.number("settle") != nil
    let wanted =
      settings.number("inferences").map { Int($0) }
      ?? (followsAll ? count : max(2, mostNeurons / neurons))
    guard wanted < count else { return Array(0..<count) }
    var generator = SeededGenerator(seed: 1, purpose: "followed inferences")
    var places = Array(0..<count)
    for place in 0..<wanted {
      places.swapAt(place, place + Int(generator.uniform() * Double(count - place)))
    }
    return places.prefix(wanted).sorted()
  }
}
