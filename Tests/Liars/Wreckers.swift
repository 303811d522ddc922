public import SubstrateCore
internal import Foundation
internal import Networks
internal import Quantities

/// Substrates whose code takes the process along, or never ends: only a process of its own can survey them.
public enum Wreckers {
  /// Breaks off in `run`.
  public static let trapping = wrecker("trapping") { _, stream in
    // Out of bounds.
    _ = stream.samples[stream.samples.count + 1].first
  }
  /// Breaks off on one odd shape alone, a single layer.
  public static let pickyTrapping = wrecker("picky-trapping") { program, stream in
    precondition(program.network.layers.count > 1, "a single layer")
  }
  /// Calls itself until no stack is left.
  public static let bottomless = wrecker("bottomless") { program, _ in
    func descend(_ depth: Int) -> Int {
      depth == Int(program.load) - 2 ? 0 : 1 + descend(depth + 1) % 7
    }
    precondition(descend(0) >= 0)
  }
  /// Never ends, and hears nothing.
  public static let endless = wrecker("endless") { _, _ in
    while true { usleep(1000) }
  }

  /// All of them.
  public static let all: [any Substrate] = [trapping, pickyTrapping, bottomless, endless]

  private static func wrecker(
    _ id: String, _ act: @escaping @Sendable (Honest.Program, SampleStream) -> Void
  ) -> Honest {
    var honest = Honest(id)
    honest.act = { _, program, stream, _ in act(program, stream) }
    return honest
  }
}
