/// What a substrate claims of itself beyond what holds for every one, to be put to the test by conformance laws.
public struct Claims: Sendable {
  /// The headline energy goes with a power of a parameter.
  public struct Scaling: Sendable {
    /// The parameter.
    public let parameter: String
    /// The power.
    public let exponent: Double
    /// Where the power holds, in the parameter's unit.
    public let range: ClosedRange<Double>
    /// By how much a fitted exponent may miss, where the power is a limit that the range only approaches.
    public let tolerance: Double

    /// A claimed power.
    public init(
      _ parameter: String, exponent: Double, over range: ClosedRange<Double>,
      tolerance: Double = 1e-6
    ) {
      self.parameter = parameter
      self.exponent = exponent
      self.range = range
      self.tolerance = tolerance
    }
  }

  /// The power of the bath's temperature that the headline energy goes with at the defaults: 1 for energies
  /// that are so many k_B T, 0 for those that are so many joules; none where it goes with no single power.
  public var temperatureExponent: Double?
  /// The other powers that it goes with.
  public var scalings: [Scaling] = []
  /// Values of parameters at which the outputs become the reference's: many bits, stiff, slow.
  public var ideal: [String: String] = [:]
  /// By how much outputs may differ there, over the reference's largest.
  public var idealError = 1e-5
  /// Whether an inference's energy depends on the sample before it.
  public var hasMemory = false
  /// The share of the energy handled by which the books may miss, where heat is integrated on its own.
  public var booksError = 0.0

  /// Claims; what is left out claims the most: exact books, outputs that are the reference's, no memory.
  public init(
    temperatureExponent: Double?, scalings: [Scaling] = [], ideal: [String: String] = [:],
    idealError: Double = 1e-5, hasMemory: Bool = false, booksError: Double = 0
  ) {
    self.temperatureExponent = temperatureExponent
    self.scalings = scalings
    self.ideal = ideal
    self.idealError = idealError
    self.hasMemory = hasMemory
    self.booksError = booksError
  }
}
