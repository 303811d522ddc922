public import Quantities

/// What sort of figure an energy is. Kinds are never added together.
public enum Kind: String, Codable, Sendable, CaseIterable {
  /// A theorem for a stated class of devices.
  case floor
  /// A counting rule: it says how bits are counted, and is not a theorem.
  case convention
  /// The solved equations of a stated device model.
  case predicted
  /// Measured on simulated trajectories, with a standard error.
  case simulated
  /// An engineering estimate from sourced constants.
  case model
  /// A meter on real hardware.
  case measured
}

/// Which way an energy went.
public enum Flow: String, Codable, Sendable, CaseIterable {
  /// Taken from the drivers.
  case drawn
  /// Given back to the drivers.
  case recovered
  /// Still in the machine.
  case stored
  /// Turned into heat.
  case dissipated
  /// Handed to a layer by the motion of what it reads, which the mechanism names: `from inputs`; not part of
  /// the whole balance, and counted once for each layer it passes.
  case transferred
}

/// The energies of a run, in double entry: for each kind, drawn = recovered + stored + dissipated.
///
/// All are means per inference over the cyclic stream.
public struct Ledger: Sendable {
  /// One entry.
  public struct Posting: Sendable {
    /// Which way it went.
    public let flow: Flow
    /// The layer it belongs to; `inputs`, `outputs`, or `machine` for what serves all layers.
    public let layer: String
    /// By what mechanism.
    public let mechanism: String
    /// What sort of figure it is.
    public let kind: Kind
    /// How much, per inference.
    public let energy: Joules
    /// How well it is known, where it was estimated.
    public let standardError: Joules?
    /// From least to most, where the source gives a range.
    public let range: ClosedRange<Joules>?
    /// What it rests on.
    public let source: Source
    /// What it includes.
    public let boundary: Boundary
  }

  /// All entries, in the order in which they were made.
  public private(set) var postings: [Posting] = []

  /// An empty ledger.
  public init() {}

  /// Enters an energy.
  ///
  /// Traps if it is not finite: a figure that does not exist must not be entered.
  public mutating func post(
    _ flow: Flow, layer: String, mechanism: String, kind: Kind, _ energy: Joules,
    standardError: Joules? = nil, range: ClosedRange<Joules>? = nil, source: Source,
    boundary: Boundary
  ) {
    precondition(energy.isFinite, "\(mechanism) of \(layer): an energy that is not finite")
    precondition(kind != .floor && kind != .convention, "limits are not entered in the ledger")
    postings.append(
      Posting(
        flow: flow, layer: layer, mechanism: mechanism, kind: kind, energy: energy,
        standardError: standardError, range: range, source: source, boundary: boundary))
  }

  /// Enters an energy that is drawn and at once turned into heat.
  public mutating func spend(
    layer: String, mechanism: String, kind: Kind, _ energy: Joules,
    range: ClosedRange<Joules>? = nil, source: Source, boundary: Boundary
  ) {
    for flow in [Flow.drawn, .dissipated] {
      post(
        flow, layer: layer, mechanism: mechanism, kind: kind, energy, range: range, source: source,
        boundary: boundary)
    }
  }

  /// The sum of all entries of a flow and kind.
  public func total(_ flow: Flow, _ kind: Kind) -> Joules {
    postings.filter { $0.flow == flow && $0.kind == kind }.reduce(.zero) { $0 + $1.energy }
  }

  /// The net work of a kind: drawn less recovered.
  public func work(_ kind: Kind) -> Joules { total(.drawn, kind) - total(.recovered, kind) }

  /// What is left of the balance of a kind, drawn - recovered - stored - dissipated: 0 but for
  /// rounding, or, where heat is computed on its own, for the error of the integration.
  public func residual(_ kind: Kind) -> Joules {
    work(kind) - total(.stored, kind) - total(.dissipated, kind)
  }
}
