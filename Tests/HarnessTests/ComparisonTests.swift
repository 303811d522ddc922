import Foundation
import Harness
import Networks
import Quantities
import SubstrateCore
import Testing

/// A comparison of one fake substrate whose run is changed by a test.
private func comparison(
  of samples: Samples = Tiny.samples, boundary: Boundary = .device,
  _ change: @escaping @Sendable (inout Run) -> Void
) throws -> Comparison {
  let substrate = FakeSubstrate(boundary: boundary) { network, stream, _ in
    var run = FakeSubstrate.faithful(network, stream)
    change(&run)
    return run
  }
  let workload = try Workload(Tiny.network(), on: samples)
  return try Lineup([Selection(substrate)], for: workload, at: Kelvin(300)).compare()
}

private let quantum = 300 * 1.380649e-23

@Suite struct EnergyTests {
  @Test func theHeadlineIsDrawnLessRecoveredOfItsKind() throws {
    let result = try comparison { run in
      run.ledger.enter(.drawn, 100)
      run.ledger.enter(.recovered, 60)
      run.ledger.enter(.dissipated, 39)
      run.ledger.enter(.drawn, 1e6, kind: .model)
      run.ledger.enter(.transferred, 77)
    }.results[0]
    #expect(abs(result.energy.thermalEnergy! - 40) < 1e-12)
    #expect(abs(result.energy.joules! - 40 * quantum) < 1e-33)
    #expect(result.energy.kind == .predicted)
    #expect(result.energy.standardError == nil && result.energy.low == nil)
    #expect(abs(result.flows.integrationResidual! - quantum) < 1e-33)
    #expect(result.flows.stored == nil)
    #expect(abs(result.flows.recovered! - 60 * quantum) < 1e-33)
    #expect(result.ledger.count == 5)
  }

  @Test func anEntryOfZeroIsNotAMissingOne() throws {
    let flows = try comparison { run in
      run.ledger.enter(.drawn, 1)
      run.ledger.enter(.recovered, 0)
      run.ledger.enter(.dissipated, 1)
    }.results[0].flows
    #expect(flows.recovered == 0 && flows.stored == nil && flows.integrationResidual == 0)
  }

  @Test func rangesAddEndToEndAndErrorsInQuadrature() throws {
    let energy = try comparison { run in
      run.ledger.enter(.drawn, 10, error: 3, range: 8...15)
      run.ledger.enter(.drawn, 5)
      run.ledger.enter(.recovered, 4, error: 4, range: 3...6)
    }.results[0].energy
    #expect(abs(energy.thermalEnergy! - 11) < 1e-12)
    #expect(abs(energy.standardError! - 5) < 1e-12)
    // 8 + 5 - 6 and 15 + 5 - 3.
    #expect(abs(energy.low! / quantum - 7) < 1e-12)
    #expect(abs(energy.high! / quantum - 17) < 1e-12)
  }

  @Test func nothingOfTheKindIsNotZero() throws {
    let comparison = try comparison { $0.ledger.enter(.drawn, 3, kind: .model) }
    #expect(comparison.results[0].energy.joules == nil)
    #expect(comparison.warnings.contains { $0.contains("nothing of the kind 'predicted'") })
  }

  @Test func limitsCarryBothUnits() throws {
    let source = Source(key: "s", citation: "c", evidence: .derived)
    let limit = try comparison { run in
      run.limits = [
        Limit(
          "information", rule: "joint", kind: .floor, ThermalEnergy(2),
          range: ThermalEnergy(1)...ThermalEnergy(3), note: "n", source: source)
      ]
    }.results[0].limits[0]
    #expect(limit.thermalEnergy == 2 && abs(limit.joules! - 2 * quantum) < 1e-33)
    #expect(limit.low == 1 && limit.high == 3 && limit.rule == "joint" && limit.note == "n")
  }
}

@Suite struct AccuracyTests {
  @Test func sharesAndErrorsAreThoseOfTheFormulas() throws {
    // The reference is right on samples 1, 2 and 4; the substrate's second answer is turned round.
    let comparison = try comparison { run in run.outputs[2...3] = [5, 1] }
    let result = comparison.results[0]
    #expect(comparison.reference.accuracy == 0.75)
    #expect(
      abs(comparison.reference.accuracyStandardError! - (0.75 * 0.25 / 4).squareRoot()) < 1e-15)
    #expect(result.accuracy == 0.5 && result.accuracyStandardError == 0.25)
    #expect(result.agreement == 0.75)
    #expect(result.accuracyDifference == -0.25)
    // One sample of four differs: variance 1/4 - 1/16 over 4.
    #expect(abs(result.accuracyDifferenceStandardError! - (3.0 / 64).squareRoot()) < 1e-15)
    // Only the outputs (0, 1) became (5, 1).
    #expect(abs(result.outputError! - (25.0 / 8).squareRoot()) < 1e-15)
  }

  /// Of two machines the second turns its second answer round.
  @Test func errorsOfSeveralMachinesAreOverSamplesAndMachines() throws {
    let result = try comparison { run in
      run.outputs += run.outputs
      run.outputs[10...11] = [5, 1]
      run.repeats = 2
    }.results[0]
    #expect(result.repeats == 2 && result.accuracy == 0.625)
    // The samples' shares 1, 1/2, 0, 1, and the machines' 3/4 and 1/2.
    let machines = 2 * 0.125 * 0.125 / 2
    let samples = ((1 + 0.25 + 1) / 4 - 0.625 * 0.625) / 4
    #expect(abs(result.accuracyStandardError! - (samples + machines).squareRoot()) < 1e-15)
    #expect(result.accuracyDifference == -0.125)
    let differences = (0.25 / 4 - 0.125 * 0.125) / 4
    #expect(
      abs(result.accuracyDifferenceStandardError! - (differences + machines).squareRoot()) < 1e-15)
    #expect(result.agreement == 7.0 / 8)
    #expect(abs(result.outputError! - (25.0 / 16).squareRoot()) < 1e-15)
    #expect(try comparison { _ in }.results[0].repeats == nil)
  }

  @Test func outputsOfEveryMachineAreDue() throws {
    let comparison = try comparison { $0.repeats = 2 }
    #expect(comparison.results[0].verdict == .diverged)
    #expect(
      comparison.warnings.contains { $0.contains("8 outputs of each of 2 machines; seen: 8") })
  }

  @Test func certaintyIsNotClaimedFromAFewSamples() throws {
    let result = try comparison(of: Tiny.samples.labelled([0, 1, 1, 1])) { _ in }.results[0]
    #expect(result.accuracy == 1 && result.accuracyDifference == 0)
    // Half a sample in five: sqrt(0.1 × 0.9 / 4).
    #expect(abs(result.accuracyStandardError! - 0.15) < 1e-15)
    #expect(abs(result.accuracyDifferenceStandardError! - 0.15) < 1e-15)
  }

  @Test func withoutLabelsThereIsNoAccuracyButAgreement() throws {
    let samples = try Samples(name: "x", width: 2, values: Tiny.samples.values)
    let comparison = try comparison(of: samples) { _ in }
    #expect(comparison.reference.accuracy == nil && !comparison.workload.labelled)
    #expect(comparison.results[0].accuracy == nil && comparison.results[0].agreement == 1)
    #expect(comparison.paired.isEmpty)
  }

  @Test(arguments: [true, false])
  func outputsThatAreNoneVoidTheRow(isShort: Bool) throws {
    let comparison = try comparison { run in
      run.ledger.enter(.drawn, 1)
      if isShort { run.outputs.removeLast() } else { run.outputs[3] = .nan }
    }
    let result = comparison.results[0]
    #expect(result.verdict == .diverged)
    #expect(result.accuracy == nil && result.agreement == nil && result.outputError == nil)
    #expect(result.energy.joules == nil && result.flows.drawn == nil)
    #expect(comparison.warnings.contains { $0.contains("void") })
  }

  @Test func differencesBetweenSubstratesArePaired() throws {
    let wrong = FakeSubstrate(id: "wrong") { network, stream, _ in
      var run = FakeSubstrate.faithful(network, stream)
      run.outputs[0...1] = [0, 1]
      return run
    }
    let workload = try Workload(Tiny.network(), on: Tiny.samples)
    let lineup = try Lineup(
      [Selection(FakeSubstrate()), Selection(wrong)], for: workload, at: Kelvin(300))
    let pair = try #require(try lineup.compare().paired.first)
    #expect(pair.a == "fake" && pair.b == "wrong" && pair.difference == 0.25)
    #expect(abs(pair.standardError - (3.0 / 64).squareRoot()) < 1e-15)
  }
}

@Suite struct RestOfTheComparisonTests {
  @Test func theTaskFloorIsTheEntropyOfTheReferencesClasses() throws {
    let floor = try comparison { _ in }.taskFloor
    // The classes 0, 1, 1, 1.
    let bits = -0.25 * log2(0.25) - 0.75 * log2(0.75)
    #expect(abs(floor.bits - bits) < 1e-14)
    #expect(abs(floor.thermalEnergy - bits * log(2)) < 1e-14)
    #expect(abs(floor.energy - bits * log(2) * quantum) < 1e-34)
  }

  @Test func anOperationNobodyMentionsIsAGap() throws {
    let coverage = try comparison { $0.coverage = [] }.coverage
    #expect(!coverage.complete)
    #expect(coverage.substrates[0].macsModelled == 0)
    #expect(coverage.substrates[0].operations.map(\.status) == [.unmodelled])
    #expect(try comparison { _ in }.coverage.complete)
  }

  @Test func partsWithoutAFigureAreListed() throws {
    let coverage = try comparison {
      $0.coverage.append(Coverage(part: "clock tree", unknown: "nobody has published one"))
    }.coverage
    #expect(coverage.unknownParts(of: "fake").map(\.part) == ["clock tree"])
    #expect(coverage.unknownParts(of: "fake").map(\.reason) == ["nobody has published one"])
    // It is no operation of the network.
    let without = try comparison { _ in }.coverage
    #expect(coverage.complete && without.unknownParts(of: "fake").isEmpty)
    #expect(coverage.substrates[0].operations == without.substrates[0].operations)
  }

  @Test func mixedBoundariesAreWarnedOf() throws {
    let mixed = try comparison { run in
      run.ledger.enter(.drawn, 1)
      run.ledger.enter(.drawn, 1, boundary: .core)
    }
    #expect(mixed.warnings.contains { $0.contains("device (fake), core (fake)") })
    // What stands apart is not in the column.
    let apart = try comparison { run in
      run.ledger.enter(.drawn, 1)
      run.ledger.enter(.drawn, 1, kind: .model, boundary: .core)
    }
    #expect(apart.warnings.isEmpty)
  }

  @Test func sourcesAreThoseUsedInTheOrderOfUse() throws {
    let sources = try comparison { run in
      run.ledger.enter(.drawn, 1, source: "b")
      run.ledger.enter(.dissipated, 1, source: "a")
      run.ledger.enter(.drawn, 1, source: "b")
    }.sources
    #expect(sources.map(\.key) == ["b", "a", "landauer1961", "si2019"])
  }

  @Test func whatDoesNotExistIsNullAndComesBack() throws {
    let comparison = try comparison { run in
      run.ledger.enter(.drawn, 0.1)
      run.latency = Seconds(.infinity)
      run.warnings = ["a\nb"]
      run.diagnostics = [
        Diagnostic("none", "none", .number(.nan)),
        Diagnostic("two", "two", .numbers([1, .infinity])),
        Diagnostic("word", "word", .text("w")),
      ]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(comparison)
    #expect(try JSONDecoder().decode(Comparison.self, from: data) == comparison)
    let text = String(decoding: data, as: UTF8.self)
    for fragment in [
      #""schema":"substrata.comparison/1""#, #""latency_s":null"#, #""low_J":null"#,
      #""standard_error_kT":null"#, #""recovered_J":null"#, #""none":null"#, #""two":[1,null]"#,
      #""extra":null"#, #""readout_included":false"#, #""temperature_K":300"#,
    ] {
      #expect(text.contains(fragment), "\(fragment)")
    }
  }

  @Test func anotherSchemaDoesNotDecode() throws {
    let data = try JSONEncoder().encode(try comparison { _ in })
    let other = String(decoding: data, as: UTF8.self)
      .replacing("comparison\\/1", with: "comparison\\/2")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Comparison.self, from: Data(other.utf8))
    }
  }
}
