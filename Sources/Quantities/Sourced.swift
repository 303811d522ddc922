/// Where a figure comes from: what a reader looks up to check it.
public struct Source: Hashable, Codable, Sendable {
  /// A short name that ledger rows refer to, `horowitz2014`.
  public let key: String
  /// Author, title, place and year, and the table or equation.
  public let citation: String
  /// How the figure was come by.
  public let evidence: Evidence

  /// A source under a short name.
  public init(key: String, citation: String, evidence: Evidence) {
    self.key = key
    self.citation = citation
    self.evidence = evidence
  }
}

/// How a figure was come by.
public enum Evidence: String, Codable, Sendable, CaseIterable {
  /// A definition or an exact value.
  case exact
  /// Stated by the cited work.
  case stated
  /// Derived in this project from the cited work; the derivation stands in the documentation.
  case derived
  /// Printed in the cited publication, and read in several independent transcriptions.
  case published
  /// Read in a single transcription of the cited publication.
  case transcribed
  /// Recalled, not checked against the source.
  case unverified
  /// Assumed for the sake of the comparison: change it with a parameter.
  case assumed
}

/// What a constant rests on.
public enum Basis: String, Codable, Sendable {
  /// A meter on real hardware.
  case measured
  /// A circuit simulator.
  case simulated
  /// An extrapolation or a designer's projection.
  case projected
  /// A theorem or a definition.
  case theoretical
}

/// What lies inside the energy that is counted: figures of different boundaries do not compare.
public enum Boundary: String, Codable, Sendable, CaseIterable {
  /// The computing degree of freedom alone, without drivers or amplifiers.
  case device
  /// A device with the circuit that drives or reads it.
  case circuit
  /// Arithmetic units with the memory that feeds them.
  case core
  /// A whole chip with input, output and clock.
  case chip
  /// What is drawn from the mains.
  case wall
}

/// A constant with everything that a reader needs to judge it.
public struct Sourced<Value: Sendable & Hashable & Codable>: Hashable, Codable, Sendable {
  /// The figure used.
  public let value: Value
  /// The least the source gives, where it gives a range.
  public let low: Value?
  /// The most the source gives, where it gives a range.
  public let high: Value?
  /// Where it comes from.
  public let source: Source
  /// What it rests on.
  public let basis: Basis
  /// What it includes.
  public let boundary: Boundary

  /// A figure with its source; `low` and `high` only where the source itself gives a range.
  public init(
    _ value: Value, low: Value? = nil, high: Value? = nil, source: Source, basis: Basis,
    boundary: Boundary
  ) {
    self.value = value
    self.low = low
    self.high = high
    self.source = source
    self.basis = basis
    self.boundary = boundary
  }
}
