internal import Networks
public import Quantities
internal import SubstrateCore

/// One workload through substrates at many settings: what every point of a grid costs.
///
/// It is a value, not a run: it knows what there is to compute and how to tell it from another
/// sweep. `SweepRun` computes. A row depends on its own point alone, so any part of the points, in
/// any order, gives the same rows, and each is what a `Comparison` with those settings holds.
public struct Sweep: Sendable {
  /// The most points a sweep may have.
  public static let mostPoints = 100_000

  /// The points and the substrates.
  public let grid: Grid
  /// What runs at every point.
  public let workload: Workload
  /// The bath.
  public let temperature: Kelvin
  /// What the noise of every point is derived from: the same at each, so that neighbouring points
  /// differ by their settings alone.
  public let seed: UInt64
  /// Tells the sweep from every other, in 16 hexadecimal digits: the network, the samples, every
  /// setting, the axes, the bath, the seed and the version went into it.
  ///
  /// It is no protection against forgery. Threads, shards and files do not change it.
  public let fingerprint: String

  /// A sweep.
  ///
  /// - Parameters:
  ///   - grid: substrates with their settings, and the axes.
  ///   - workload: the network and its samples.
  ///   - temperature: of the bath, positive and finite, in kelvin.
  ///   - seed: what the noise of every point is derived from.
  ///   - version: of the tool; another one may give other figures.
  /// - Complexity: O(parameters + samples × width + points on the axes).
  public init(
    _ grid: Grid, on workload: Workload, at temperature: Kelvin, seed: UInt64 = 1, version: String
  ) {
    self.grid = grid
    self.workload = workload
    self.temperature = temperature
    self.seed = seed
    var hash = Fingerprint()
    hash.add("substrata.sweep/1")
    hash.add(version)
    hash.add(workload.network)
    hash.add(workload.samples)
    hash.add(temperature.value.bitPattern)
    hash.add(seed)
    for selection in grid.selections {
      hash.add(selection.substrate.card.id)
      hash.add(selection.settings)
    }
    for axis in grid.axes {
      hash.add(axis.name)
      hash.add(UInt64(axis.values.count))
      for value in axis.values { hash.add(value.bitPattern) }
    }
    fingerprint = hash.text
  }

  /// Lets every substrate prepare at every one of its settings, and forgets what it prepared: what
  /// cannot be is found before anything is spent.
  ///
  /// - Parameter threads: how many may work at a time, at least 1.
  /// - Returns: why no substrate runs at any point, if that is so.
  /// - Throws: `SweepError` at settings that contradict each other.
  public func check(threads: Int) throws(SweepError) -> Comparison.Refused? {
    var refused: Comparison.Refused?
    var doesRun = false
    for substrate in grid.selections.indices {
      let outcomes = concurrently(grid.variants(of: substrate), threads: threads) { variant in
        Result { () throws(SettingsRefusal) in
          try lineup(of: substrate, at: grid.point(of: substrate, variant: variant)).refused
        }
      }
      for (variant, outcome) in outcomes.enumerated() {
        switch outcome {
        case .success(let some):
          doesRun = doesRun || some.isEmpty
          refused = refused ?? some.first
        case .failure(let refusal):
          let point = grid.point(of: substrate, variant: variant)
          throw SweepError(
            "\(refusal.substrate): \(refusal.detail) (at \(place(of: point, for: substrate)))")
        }
      }
    }
    return doesRun ? nil : refused
  }

  /// A point by the coordinates that move a substrate, `digital.bits=4`.
  private func place(of point: Int, for substrate: Int) -> String {
    let coordinates = grid.coordinates(of: point)
    let words = grid.axes(moving: substrate).map { "\(grid.axes[$0].name)=\(coordinates[$0])" }
    return words.isEmpty ? "every point" : words.joined(separator: ", ")
  }

  /// One substrate at one point, prepared.
  func lineup(of substrate: Int, at point: Int) throws(SettingsRefusal) -> Lineup {
    try Lineup([grid.selection(substrate, at: point)], for: workload, at: temperature)
  }
}
