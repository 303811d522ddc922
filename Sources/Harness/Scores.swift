internal import Foundation

/// A mean over samples with its standard error.
struct Estimate: Equatable, Sendable {
  var value: Double
  var standardError: Double

  /// The mean of one value per sample, and sqrt(variance/n), which for hits and misses is
  /// sqrt(p(1-p)/n).
  ///
  /// Where all values are alike that formula would claim certainty after a few samples. The spread
  /// is then taken as if half a sample in n + 1 had differed by one (the Jeffreys estimate of a
  /// share never seen): sqrt(q(1-q)/n) with q = 1/(2(n+1)), 0.16 % for 450 samples.
  ///
  /// - Parameter values: at least one; -1, 0 or 1.
  init(ofWhole values: [Int]) { self.init(ofMeans: values, over: 1) }

  /// The same where each sample's value is itself a mean over some repeats, given as their sum: the error is
  /// that over samples, with what the repeats leave of their noise in it.
  ///
  /// - Parameters:
  ///   - sums: at least one, each from -repeats to repeats.
  ///   - repeats: positive.
  init(ofMeans sums: [Int], over repeats: Int) {
    let count = Double(sums.count)
    let scale = Double(repeats)
    let sum = sums.reduce(0, +)
    let squares = sums.reduce(0) { $0 + $1 * $1 }
    value = Double(sum) / count / scale
    var variance = Double(squares) / count / (scale * scale) - value * value
    if sums.allSatisfy({ $0 == sums[0] }) {
      let share = 0.5 / (count + 1)
      variance = share * (1 - share)
    }
    standardError = (variance / count).squareRoot()
  }

  /// Adds the square of an error that has another cause.
  mutating func add(_ variance: Double) {
    standardError = (standardError * standardError + variance).squareRoot()
  }

  /// The square of the error of the mean of some independent values: their variance over their number.
  static func squaredError(ofMean values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return spread / Double(values.count * (values.count - 1))
  }
}

/// The outputs of a network over a stream, and the classes they name: of one machine, or of several that were
/// made anew with errors of their own.
struct Scores: Sendable {
  /// The place of the largest output of each sample, the first of equals, `[repeats × samples]`.
  let classes: [Int]
  /// 1 where that is the label; none without labels.
  let hits: [Int]?
  /// How many machines.
  let repeats: Int

  /// - Parameters:
  ///   - outputs: machine after machine, sample after sample, all finite.
  ///   - labels: of the samples.
  init(
    outputs: some RandomAccessCollection<some BinaryFloatingPoint>, width: Int, labels: [Int]?,
    repeats: Int = 1
  ) {
    let count = outputs.count / width
    let classes = (0..<count).map { sample in
      let first = outputs.index(outputs.startIndex, offsetBy: sample * width)
      let row = outputs[first..<outputs.index(first, offsetBy: width)]
      var best = 0
      var largest = row.first!
      for (index, value) in row.enumerated() where value > largest {
        best = index
        largest = value
      }
      return best
    }
    self.classes = classes
    // One output names no class.
    hits =
      width == 1
      ? nil
      : labels.map { labels in
        classes.enumerated().map { $1 == labels[$0 % labels.count] ? 1 : 0 }
      }
    self.repeats = repeats
  }

  /// How often each sample is right, over all machines.
  var hitsBySample: [Int]? {
    hits.map { hits in
      let samples = hits.count / repeats
      return (0..<samples).map { sample in
        stride(from: sample, to: hits.count, by: samples).reduce(0) { $0 + hits[$1] }
      }
    }
  }

  /// How many samples each machine has right.
  var hitsByRepeat: [Int]? {
    hits.map { hits in
      let samples = hits.count / repeats
      return (0..<repeats).map { hits[$0 * samples..<($0 + 1) * samples].reduce(0, +) }
    }
  }

  /// The share of samples that are right, with its error over samples and over machines.
  var accuracy: Estimate? {
    hitsBySample.map { hits in
      var estimate = Estimate(ofMeans: hits, over: repeats)
      estimate.add(varianceOfMachines)
      return estimate
    }
  }

  /// Accuracy less another's, on the same samples.
  func difference(to other: Scores) -> Estimate? {
    guard let hits = hitsBySample, let others = other.hitsBySample else { return nil }
    var estimate = Estimate(
      ofMeans: zip(hits, others).map { $0 * other.repeats - $1 * repeats },
      over: repeats * other.repeats)
    estimate.add(varianceOfMachines + other.varianceOfMachines)
    return estimate
  }

  /// What the difference between machines adds to the square of the mean accuracy's error; 0 of one machine,
  /// which says nothing of others.
  private var varianceOfMachines: Double {
    guard let hits = hitsByRepeat, repeats > 1 else { return 0 }
    let samples = Double(classes.count / repeats)
    return Estimate.squaredError(ofMean: hits.map { Double($0) / samples })
  }

  /// The share of samples on which both name the same class; the other is of one machine.
  func agreement(with other: Scores) -> Double {
    let agreeing = classes.enumerated().count { $1 == other.classes[$0 % other.classes.count] }
    return Double(agreeing) / Double(classes.count)
  }
}
