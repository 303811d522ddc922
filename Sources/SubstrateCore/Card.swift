public import Networks
public import Parameters
public import Quantities

/// What a substrate says of itself.
public struct Card: Sendable {
  /// Its name on the command line, `quasi-static`.
  public let id: String
  /// Its name in tables.
  public let title: String
  /// One line of up to 80 letters: what the machine does and where its energy goes.
  public let principle: String
  /// What its headline energy includes.
  public let boundary: Boundary
  /// What can be set.
  public let parameters: [Parameter]
  /// Every work its figures rest on.
  public let sources: [Source]
  /// What can be put to the test beside what holds for every substrate.
  public let claims: Claims
  /// What each sort of operation is on it.
  public let meaning: @Sendable (Operation.Kind) -> Meaning

  /// A card.
  public init(
    id: String, title: String, principle: String, boundary: Boundary, parameters: [Parameter],
    sources: [Source], claims: Claims,
    meaning: @escaping @Sendable (Operation.Kind) -> Meaning
  ) {
    precondition(Set(parameters.map(\.name)).count == parameters.count, "parameters by name")
    self.id = id
    self.title = title
    self.principle = principle
    self.boundary = boundary
    self.parameters = parameters
    self.sources = sources
    self.claims = claims
    self.meaning = meaning
  }
}

/// What a sort of operation is on a substrate: what its neurons, products and stored values are there,
/// and whether they cost anything. There is no silent zero.
public enum Meaning: Sendable, Hashable {
  /// Its energy is in the ledger: as what.
  case modelled(String)
  /// It costs nothing: why.
  case free(String)
  /// It costs something that is not in the ledger: why. A gap.
  case unmodelled(String)
  /// A network that has it is refused: why.
  case refused(String)
}

extension Settings {
  /// The defaults of a card.
  public init(defaultsOf card: Card) { self.init(defaultsOf: card.parameters) }
}

/// What holds for a run: the bath, and the settings of the substrate's parameters.
public struct Conditions: Hashable, Sendable {
  /// The temperature of the bath, positive.
  public let temperature: Kelvin
  /// The values of the parameters of the substrate that is asked.
  public let settings: Settings

  /// Conditions of a run.
  public init(temperature: Kelvin, settings: Settings) {
    precondition(temperature.isFinite && temperature > .zero, "a temperature is positive")
    (self.temperature, self.settings) = (temperature, settings)
  }
}
