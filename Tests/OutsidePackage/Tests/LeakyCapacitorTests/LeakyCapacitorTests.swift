import Foundation
import LeakyCapacitor
import Networks
import Parameters
import Quantities
import SubstrateCore
import SubstrateLaws
import Testing

@Suite struct LeakyCapacitorTests {
  @Test func keepsTheLawsOfEverySubstrate() {
    #expect(Conformance(of: LeakyCapacitor()).violations == [])
  }

  /// One neuron that reads 1 with weight 1: its driver stands at full scale, 0.1 V.
  private func run(_ values: [String: String]) throws -> Run {
    let network = try Network(
      named: "one", layers: [Dense(inputs: 1, weight: [1], bias: [0])], activation: nil)
    let samples = try Samples(name: "one", width: 1, values: [1])
    var settings = Settings(defaultsOf: LeakyCapacitor().card)
    for (name, value) in values { try settings.set(name, to: value) }
    let substrate = LeakyCapacitor()
    let program = try substrate.prepare(
      network, under: Conditions(temperature: Kelvin(300), settings: settings))
    let context = RunContext(seed: 1)
    return try substrate.run(
      program,
      on: SampleStream(
        samples, reference: ReferenceActivations(of: network, on: samples, in: context)),
      in: context)
  }

  private func energy(_ run: Run, _ mechanism: String) -> Double {
    run.ledger.postings.filter { $0.mechanism == mechanism }.reduce(0) { $0 + $1.energy.value }
  }

  /// Without leak, C u² (1 - e^{-t}) is drawn, and half of C u² stored in the end.
  @Test func withoutALeakItIsThePlainCapacitor() throws {
    let run = try run(["conductance": "0", "charge": "2"])
    let unit = 1e-15 * 0.1 * 0.1
    #expect(abs(energy(run, "charge") / (unit * (1 - exp(-2))) - 1) < 1e-12)
    #expect(abs(energy(run, "short") / (unit / 2 * pow(1 - exp(-2), 2)) - 1) < 1e-12)
    #expect(energy(run, "leak") == 0)
    #expect(run.verdict == .unsettled)
  }

  /// The circuit's equation in small steps: C dV/dt = (u - V)/R - G V, and each element's heat.
  @Test(arguments: [(1e-9, 20.0, 1.0), (2e-7, 3.0, 0.5), (1e-6, 0.7, 2.0), (5e-6, 4.0, 0.1)])
  func heatsAreTheIntegralsOfTheCircuit(conductance: Double, charge: Double, hold: Double) throws {
    let run = try run([
      "conductance": "\(conductance)", "charge": "\(charge)", "hold": "\(hold)",
    ])
    let (capacitance, resistance, drive) = (1e-15, 1e6, 0.1)
    let constant = resistance * capacitance
    var (volts, drawn, inResistance, inLeak) = (0.0, 0.0, 0.0, 0.0)
    func step(_ time: Double, _ current: (Double) -> Double) {
      // The mid-point rule, second order.
      let middle =
        volts + 0.5 * time / capacitance * (current(volts) - conductance * volts)
      let inward = current(middle)
      drawn += time * drive * inward
      inResistance += time * resistance * inward * inward
      inLeak += time * conductance * middle * middle
      volts += time / capacitance * (inward - conductance * middle)
    }
    let steps = 20_000
    for _ in 0..<steps { step(charge * constant / Double(steps)) { (drive - $0) / resistance } }
    for _ in 0..<steps { step(hold * constant / Double(steps)) { _ in 0 } }
    let short = 0.5 * capacitance * volts * volts
    for (found, expected) in [
      (energy(run, "charge"), drawn), (energy(run, "resistance"), inResistance),
      (energy(run, "leak"), inLeak), (energy(run, "short"), short),
    ] {
      #expect(abs(found - expected) < 1e-6 * drawn)
    }
  }

  /// What is read of many neurons of one kind: the mean that the circuit gives, and the variance k_B T/C.
  @Test func noiseIsThatOfACapacitor() throws {
    let count = 4000
    let network = try Network(
      named: "many",
      layers: [
        Dense(
          inputs: 1, weight: .init(repeating: 1, count: count),
          bias: .init(repeating: 0, count: count))
      ], activation: nil)
    let samples = try Samples(name: "one", width: 1, values: [1])
    let substrate = LeakyCapacitor()
    let program = try substrate.prepare(
      network,
      under: Conditions(temperature: Kelvin(300), settings: Settings(defaultsOf: substrate.card)))
    let context = RunContext(seed: 7)
    let run = try substrate.run(
      program,
      on: SampleStream(
        samples, reference: ReferenceActivations(of: network, on: samples, in: context)),
      in: context)
    let volts = run.outputs.map { 0.1 * Double($0) }
    let mean = volts.reduce(0, +) / Double(count)
    let variance = volts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    let expected = boltzmannConstant * 300 / 1e-15
    // Five standard errors of each: √(σ²/n), and √(2/n) of the variance.
    let read = 0.1 / 1.001 * exp(-0.001)
    #expect(abs(mean - read) < 5 * (expected / Double(count)).squareRoot())
    #expect(abs(variance / expected - 1) < 5 * (2 / Double(count)).squareRoot())
  }
}
