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
  init(ofWhole values: [Int]) {
    let count = Double(values.count)
    let sum = values.reduce(0, +)
    let squares = values.reduce(0) { $0 + $1 * $1 }
    value = Double(sum) / count
    var variance = Double(squares) / count - value * value
    if values.allSatisfy({ $0 == values[0] }) {
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
