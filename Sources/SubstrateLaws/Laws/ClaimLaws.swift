internal import Foundation
internal import Harness
internal import Networks
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
      var points: [(x: Double, y: Double)] = []
      for kelvin in [100.0, 300, 900] {
        let setup = Examination.Setup(temperature: Kelvin(kelvin))
        let run = try examination.run(probe, setup)
        try examination.check(run, probe, setup)
        points.append((kelvin, run.work))
      }
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
        var points: [(x: Double, y: Double)] = []
        for value in [low, (low * high).squareRoot(), high] {
          let setup = Examination.Setup(settings: [claim.parameter: value.description])
          let run = try examination.run(probe, setup)
          try examination.check(run, probe, setup)
          points.append((value, run.work))
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
      for (place, pair) in zip(run.outputs, exact).enumerated() {
        let error = abs(Double(pair.0) - pair.1) / scale
        guard error > claims.idealError || error.isNaN else { continue }
        throw examination.violation(
          expected: "output \(pair.1) of sample \(place / probe.network.outputCount + 1), to "
            + "\(claims.idealError) of the largest", seen: "\(pair.0)",
          on: examination.place(probe, setup))
      }
    }
  }
}

extension Examination {
  /// A power law between every two neighbouring points.
  fileprivate func expectPower(
    _ exponent: Double, of points: [(x: Double, y: Double)], tolerance: Double, _ name: String,
    on place: String
  ) throws(Violation) {
    for (one, two) in zip(points, points.dropFirst()) {
      // Nothing at both ends goes with any power.
      if one.y == 0 && two.y == 0 { continue }
      let fitted = log(two.y / one.y) / log(two.x / one.x)
      if !(abs(fitted - exponent) <= tolerance) {
        throw violation(
          expected: "energy as the power \(exponent) of \(name), to \(tolerance)",
          seen: "\(fitted) between \(one.x) and \(two.x)", on: place)
      }
    }
  }
}
