import Testing

@testable import SubstrataCommand

/// What is said of the time left, and when nothing is.
@Suite struct ProgressTests {
  @Test(
    arguments: [
      // Nothing in the first moments, nor where nothing has been done since.
      (1.9, 0.0, 0.5, nil), (10, 0, 0, nil), (10, 0.5, 0.5, nil), (10, 0.5, 0.4, nil),
      // As long again at half way, from wherever it was first heard of.
      (10, 0, 0.5, 10), (10, 0.5, 0.75, 10), (30, 0, 0.75, 10), (10, 0, 1, 0),
    ] as [(Double, Double, Double, Double?)])
  func aRunGoesOnAsItWent(seconds: Double, start: Double, fraction: Double, left: Double?) {
    #expect(ProgressLine.secondsLeft(after: seconds, from: start, to: fraction) == left)
  }

  @Test func aSweepCountsItsRunAtWorkByItsOwnPace() {
    func left(_ whole: Double?, spent: Double, usual: Double?, own: Double?) -> String {
      SweepProgress.left(of: whole, spent: spent, usual: usual, own: own)
    }
    // Before every substrate has shown its pace only that of the run at work is known.
    #expect(left(nil, spent: 1, usual: nil, own: nil) == "")
    #expect(left(nil, spent: 9, usual: nil, own: 30) == ", about 30 s left for it")
    // Three runs of ten seconds, four of them spent.
    #expect(left(30, spent: 4, usual: 10, own: nil) == ", about 26 s left")
    // The run at work turns out to be longer: two others, and what it says itself, or nothing.
    #expect(left(30, spent: 15, usual: 10, own: 40) == ", about 60 s left")
    #expect(left(30, spent: 15, usual: 10, own: nil) == "")
  }

  @Test(arguments: [
    (0.0, "0 s"), (0.2, "1 s"), (99, "99 s"), (100, "2 min"), (5900, "98 min"), (7200, "2 h"),
    (400_000, "5 days"),
  ]) func timesInFewDigits(seconds: Double, text: String) {
    #expect(ProgressLine.spelled(seconds: seconds) == text)
  }
}
