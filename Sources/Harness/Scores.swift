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
}

/// The outputs of a network over a stream, and the classes they name.
struct Scores: Sendable {
  /// The place of the largest output of each sample, the first of equals.
  let classes: [Int]
  /// 1 where that is the label; none without labels.
  let hits: [Int]?

  /// - Parameter outputs: sample after sample, all finite.
  init(outputs: some RandomAccessCollection<some BinaryFloatingPoint>, width: Int, labels: [Int]?) {
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
    hits = width == 1 ? nil : labels.map { zip($0, classes).map { $0 == $1 ? 1 : 0 } }
  }

  /// The share of samples that are right.
  var accuracy: Estimate? { hits.map { Estimate(ofWhole: $0) } }

  /// Accuracy less another's, on the same samples.
  func difference(to other: Scores) -> Estimate? {
    guard let hits, let others = other.hits else { return nil }
    return Estimate(ofWhole: zip(hits, others).map { $0 - $1 })
  }

  /// The share of samples on which both name the same class.
  func agreement(with other: Scores) -> Double {
    Double(zip(classes, other.classes).count { $0 == $1 }) / Double(classes.count)
  }
}
