/// Count, mean and central moments of a stream of numbers, in constant memory.
///
/// Two halves of a stream give the same moments, to rounding, as the whole; in a fixed order of
/// additions and merges, the same bits.
///
/// Source: P. Pébay, Formulas for robust, one-pass parallel computation of covariances and
/// arbitrary-order statistical moments, SAND2008-6212 (2008).
public struct RunningMoments: Sendable, Hashable {
  /// How many numbers.
  public private(set) var count = 0.0
  /// Their mean; 0 if there are none.
  public private(set) var mean = 0.0
  private var second = 0.0
  private var third = 0.0
  private var fourth = 0.0

  /// Of no numbers.
  public init() {}

  /// Of some numbers.
  public init(_ numbers: some Sequence<Double>) { for number in numbers { add(number) } }

  /// Takes in a number.
  public mutating func add(_ number: Double) {
    var one = RunningMoments()
    one.count = 1
    one.mean = number
    merge(one)
  }

  /// Takes in what another has seen.
  public mutating func merge(_ other: RunningMoments) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    let (a, b) = (count, other.count)
    let n = a + b
    let delta = other.mean - mean
    let (d2, ab) = (delta * delta, a * b)
    fourth +=
      other.fourth + d2 * d2 * ab * (a * a - ab + b * b) / (n * n * n)
      + 6 * d2 * (a * a * other.second + b * b * second) / (n * n)
      + 4 * delta * (a * other.third - b * third) / n
    third +=
      other.third + delta * d2 * ab * (a - b) / (n * n)
      + 3 * delta * (a * other.second - b * second) / n
    second += other.second + d2 * ab / n
    mean += delta * b / n
    count = n
  }

  /// The mean over strata of equal weight of what was drawn apart in each, with its standard error:
  /// what differs between strata is no part of it.
  public static func mean(
    overStrata strata: some Collection<RunningMoments>
  ) -> (value: Double, standardError: Double) {
    let count = Double(strata.count)
    var (sum, variance) = (0.0, 0.0)
    for stratum in strata {
      sum += stratum.mean
      variance += stratum.standardError * stratum.standardError
    }
    return (sum / count, variance.squareRoot() / count)
  }

  /// The unbiased variance; not a number of fewer than two.
  public var variance: Double { second / (count - 1) }
  /// The standard error of the mean; not a number of fewer than two.
  public var standardError: Double { (variance / count).squareRoot() }
  /// The standard error of the variance, from the fourth moment.
  public var standardErrorOfVariance: Double {
    let biased = second / count
    return max(0, (fourth / count - biased * biased) / count).squareRoot()
  }
}
