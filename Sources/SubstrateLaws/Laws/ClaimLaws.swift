internal import Foundation
internal import Harness
internal import Networks
internal import Parameters
internal import Quantities
internal import SubstrateCore

extension ConformanceLaw {
  /// What the card claims.
  static let claims: [ConformanceLaw] = [temperature, scalings, ideal]

  static let temperature = ConformanceLaw(
    "temperature", "the energy goes with the claimed power of the bath's temperature"
  ) { examination throws(Violation) in
    let claimed = examination.card.claims.temperatureExponent
    for probe in examination.probes {
      var points: [Point] = []
      for kelvin in [100.0, 300, 900] {
        let setup = Examination.Setup(temperature: Kelvin(kelvin))
        let run = try examination.run(probe, setup)
        try examination.check(run, probe, setup)
        points.append(Point(kelvin, run))
      }
      // It may be a sum of terms, or an exponential: then only the runs themselves are looked at.
      guard let claimed else { continue }
      // Single precision somewhere on the way is no other law.
      try examination.expectPower(
        claimed, of: points, tolerance: 1e-5, "temperature, in kelvin", on: probe.name)
    }
  }

  static let scalings = ConformanceLaw(
    "scaling", "the energy goes with the claimed powers of parameters"
  ) { examination throws(Violation) in
    for claim in examination.card.claims.scalings {
      for probe in examination.probes where probe.isSmall {
        let (low, high) = (claim.range.lowerBound, claim.range.upperBound)
        var points: [Point] = []
        let parameter = examination.card.parameters.first { $0.name == claim.parameter }
        let isWhole = if case .integer? = parameter?.domain { true } else { false }
        let middle = (low * high).squareRoot()
        for value in [low, isWhole ? middle.rounded() : middle, high] {
          let setup = Examination.Setup(settings: [claim.parameter: value.description])
          let run = try examination.run(probe, setup)
          try examination.check(run, probe, setup)
          points.append(Point(value, run))
        }
        try examination.expectPower(
          claim.exponent, of: points, tolerance: claim.tolerance, "'\(claim.parameter)'",
          on: probe.name)
      }
    }
  }

  static let ideal = ConformanceLaw(
    "ideal", "where the card claims to be ideal, the outputs are the reference network's"
  ) { examination throws(Violation) in
    let claims = examination.card.claims
    let setup = Examination.Setup(settings: claims.ideal)
    for probe in examination.probes {
      let run = try examination.run(probe, setup)
      let stream = probe.stream(of: probe.samples)
      let exact = (0..<probe.samples.count).flatMap { stream.reference.output(of: $0) }
      let scale = max(exact.map(abs).max() ?? 0, .leastNormalMagnitude)
      for (place, output) in run.outputs.enumerated() {
        let wanted = exact[place % exact.count]
        let error = abs(Double(output) - wanted) / scale
        guard error > claims.idealError || error.isNaN else { continue }
        let sample = place / probe.network.outputCount % probe.samples.count
        throw examination.violation(
          expected: "output \(wanted) of sample \(sample + 1), to "
            + "\(claims.idealError) of the largest", seen: "\(output)",
          on: examination.place(probe, setup))
      }
    }
  }
}

/// An energy at a value of what it is said to go with.
private struct Point {
  let x, y, error: Double

  init(_ x: Double, _ run: Run) { (self.x, y, error) = (x, run.work, run.workError) }
}

extension Examination {
  /// A power law between every two neighbouring points.
  fileprivate func expectPower(
    _ exponent: Double, of points: [Point], tolerance: Double, _ name: String,
    on place: String
  ) throws(Violation) {
    for (one, two) in zip(points, points.dropFirst()) {
      // Nothing at both ends goes with any power.
      if one.y == 0 && two.y == 0 { continue }
      let decades = log(two.x / one.x)
      let fitted = log(two.y / one.y) / decades
      let chance = hypot(one.error / one.y, two.error / two.y) / decades
      if !(abs(fitted - exponent) <= tolerance + RunInspection.mostSigmas * chance) {
        throw violation(
          expected: "energy as the power \(exponent) of \(name), to \(tolerance)",
          seen: "\(fitted) between \(one.x) and \(two.x)", on: place)
      }
    }
  }
}
