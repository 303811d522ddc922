import PhysicalLaws
import StochasticThermodynamics
import Testing

/// When a law counts as kept.
@Suite struct FindingTests {
  func passes(
    _ measured: Double, _ relation: Finding.Relation, _ predicted: Double, error: Double? = nil,
    predictionError: Double = 0, tolerance: Double = 0
  ) -> Bool {
    Finding(
      measured: measured, standardError: error, relation, predicted,
      predictionError: predictionError, tolerance: tolerance
    ).passed
  }

  @Test func equality() {
    #expect(passes(2, .equal, 2))
    #expect(!passes(2 + 1e-12, .equal, 2))
    // Four standard errors on either side, and no more.
    for sign in [-1.0, 1] {
      #expect(passes(2 + sign * 3.99, .equal, 2, error: 1))
      #expect(!passes(2 + sign * 4.01, .equal, 2, error: 1))
      #expect(passes(2 + sign * 0.49, .equal, 2, tolerance: 0.5))
      #expect(!passes(2 + sign * 0.51, .equal, 2, tolerance: 0.5))
      // The tolerance comes on top of the error, the two errors add in quadrature.
      #expect(passes(2 + sign * 4.49, .equal, 2, error: 1, tolerance: 0.5))
      #expect(!passes(2 + sign * 4.51, .equal, 2, error: 1, tolerance: 0.5))
      #expect(passes(2 + sign * 19.9, .equal, 2, error: 3, predictionError: 4))
      #expect(!passes(2 + sign * 20.1, .equal, 2, error: 3, predictionError: 4))
    }
  }

  @Test func bounds() {
    #expect(passes(3, .atLeast, 2) && passes(2, .atLeast, 2) && !passes(1.999, .atLeast, 2))
    #expect(passes(-1.9, .atLeast, 2, error: 1) && !passes(-2.1, .atLeast, 2, error: 1))
    #expect(passes(1.6, .atLeast, 2, tolerance: 0.5) && !passes(1.4, .atLeast, 2, tolerance: 0.5))
    #expect(passes(1e9, .atLeast, 2, error: 1))
    #expect(passes(1, .atMost, 2) && passes(2, .atMost, 2) && !passes(2.001, .atMost, 2))
    #expect(passes(5.9, .atMost, 2, error: 1) && !passes(6.1, .atMost, 2, error: 1))
    #expect(passes(2.4, .atMost, 2, tolerance: 0.5) && !passes(2.6, .atMost, 2, tolerance: 0.5))
    #expect(passes(-1e9, .atMost, 2, error: 1))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func whatIsNoNumberNeverPasses(value: Double) {
    for relation in [Finding.Relation.equal, .atLeast, .atMost] {
      #expect(!passes(value, relation, 1))
      #expect(!passes(1, relation, value))
      #expect(!passes(value, relation, value))
      #expect(!passes(1, relation, 1, error: value))
      #expect(!passes(1, relation, 1, error: 1, predictionError: value))
      #expect(!passes(value, relation, 1, error: 1, tolerance: 10))
    }
    #expect(!passes(1, .equal, 1, tolerance: .nan))
  }

  @Test func sigmas() {
    let finding = Finding(measured: 7, standardError: 3, .equal, 2, predictionError: 4)
    #expect(finding.sigmas == 1 && finding.standardError == 5)
    #expect(Finding(measured: 7, .equal, 2).sigmas == nil)
    #expect(Finding(measured: 7, standardError: 0, .equal, 2).sigmas == nil)
  }

  @Test func theMeanOfWhatWasMeasured() {
    // 1, 2, 3, 6: mean 3, variance 14/3, its mean's error √(7/6).
    let finding = Finding("x", unit: "k_BT", mean: RunningMoments([1, 2, 3, 6]), .atLeast, 2)
    #expect(finding.measured == 3 && finding.occasion == "x" && finding.unit == "k_BT")
    #expect(abs(finding.standardError! - (7.0 / 6).squareRoot()) < 1e-15)
    // Of one trajectory there is no error, so nothing is shown.
    #expect(!Finding(mean: RunningMoments([3]), .equal, 3).passed)
  }
}
