public import SubstrateCore
public import Parameters

/// A substrate that takes part, with the values of its parameters.
public struct Selection: Sendable {
  /// The substrate.
  public let substrate: any Substrate
  /// The values of its parameters.
  public var settings: Settings

  /// A substrate with the defaults of its card, or with other settings of that card.
  public init(_ substrate: any Substrate, settings: Settings? = nil) {
    self.substrate = substrate
    self.settings = settings ?? Settings(defaultsOf: substrate.card)
  }
}

/// Settings that contradict each other: a mistake of the caller, found before anything runs.
public struct SettingsRefusal: Error, Hashable, Sendable {
  /// The substrate that was set so.
  public let substrate: String
  /// What; limit or cause; remedy.
  public let detail: String
}

/// How far a comparison is.
public struct RunProgress: Sendable, Hashable {
  /// The title of the substrate that is running.
  public let title: String
  /// Its place among those that run, from 0.
  public let index: Int
  /// How many run.
  public let count: Int
  /// The part of its present stage that is done, from 0 to 1.
  public let fraction: Double

  /// A state of a run.
  package init(title: String, index: Int, count: Int, fraction: Double) {
    self.title = title
    self.index = index
    self.count = count
    self.fraction = fraction
  }
}
