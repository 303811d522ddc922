import Foundation
import IrreversibleDigital
import Networks
import Parameters
import PhysicalLaws
import Quantities
import SubstrateCore
import Testing

@testable import AdiabaticCMOS

/// A machine of reversible gates, seen from outside.
@Suite struct AdiabaticCMOSTests {
  private func setting(
    _ sizes: [Int] = [3, 6, 5, 4], _ activation: Activation? = .relu, samples: Int = 9
  ) -> Setting<AdiabaticCMOS> {
    let (network, samples) = RandomWorkload.chain(
      sizes, activation, samples: samples, seed: 3, index: sizes.count)
    return Setting(substrate: AdiabaticCMOS(), network: network, samples: samples)
  }

  private func heat(_ run: Run, _ mechanism: String, layer: String? = nil) -> Double {
    run.ledger.postings.filter {
      $0.flow == .dissipated && $0.mechanism == mechanism && (layer == nil || $0.layer == layer)
    }.reduce(0) { $0 + $1.energy.value }
  }

  // MARK: What comes out

  @Test(arguments: Architecture.allCases) func computesWhatTheConventionalMachineDoes(
    _ architecture: Architecture
  ) throws {
    let (network, samples) = RandomWorkload.network(architecture, samples: 5, seed: 8)
    for bits in ["3", "8", "16"] {
      let exact = try digital(network, samples, ["bits": bits]).outputs
      for strategy in ["compute-copy-uncompute", "keep-garbage"] {
        let run = try Setting(substrate: AdiabaticCMOS(), network: network, samples: samples)
          .run(["bits": bits, "strategy": strategy])
        #expect(run.outputs == exact)
        #expect(run.holdsNoNaN)
      }
    }
  }

  // MARK: What it costs

  /// Gates by hand: of 8 bits a product takes 64 AND and 56 full adders of 5 gates, a sum in 32 bits 32 of
  /// them; a result is rescaled by 31 bits, given a zero point and saturated.
  private let multiplyAccumulate = 64 + 5 * 56 + 5 * 32
  private let rescaling = 32 * 31 + 5 * 32 * 30 + 5 * 32 + (22 + 2 * 8)

  @Test func energyOfAMatrixByHand() throws {
    let run = try setting([2, 3], nil).run(["leakage": "0", "duration": "0"])
    let gates = 6 * multiplyAccumulate + 3 * rescaling
    #expect(run.numbers("gates_per_mac") == [504])
    #expect(run.numbers("gates") == [Double(gates)])
    // Up and down for each gate, up for each bit of the answer, which is then erased.
    let transitions = Double(2 * gates + 3 * 8)
    #expect(run.numbers("transitions") == [transitions])
    #expect(relativeError(heat(run, "ramps"), transitions * 0.5e-15) < 1e-12)
    #expect(relativeError(heat(run, "erasure"), 24 * 0.5e-15) < 1e-12)
    #expect(run.energyKind == .predicted)
    // An abrupt ramp gives nothing back; a slow one nearly all: half of the transitions fall.
    #expect(run.ledger.total(.recovered, .predicted) == .zero)
    let slow = try setting([2, 3], nil).run(["leakage": "0", "duration": "1e-6"])
    #expect(
      relativeError(
        slow.ledger.total(.recovered, .predicted).value, Double(gates) * 0.5e-15 * (1 - 2e-5))
        < 1e-8)
    #expect(slow.ledger.total(.stored, .predicted) == .zero)
    #expect(run.coverage.filter { if case .unknown = $0.status { true } else { false } }.count == 3)
  }

  @Test func aReluTakesAGateForEachBit() throws {
    let plain = try setting([2, 3, 3], nil).run().numbers("gates")[0]
    let clamped = try setting([2, 3, 3], .relu).run().numbers("gates")[0]
    #expect(clamped - plain == 3 * 8)
  }

  @Test func leakageOfAMatrixByHand() throws {
    let (power, duration) = (1e-10, 2e-9)
    let run = try setting([2, 3], nil).run(["leakage": "\(power)", "duration": "\(duration)"])
    let gates = 6 * multiplyAccumulate + 3 * rescaling
    let ramps = run.numbers("ramps")[0]
    #expect(ramps > 100 && ramps.truncatingRemainder(dividingBy: 2) == 1)
    // One run, through all of which gates, the register of 24 bits and the cells of 6 weights of 8 bits and
    // 3 biases of 32 leak; 200 RC is a ramp that needs no wait.
    let nodes = Double(gates + 24 + 6 * 8 + 3 * 32)
    #expect(relativeError(heat(run, "leakage"), nodes * ramps * power * duration) < 1e-12)
    #expect(relativeError(run.latency.value, ramps * duration) < 1e-12)
  }

  @Test func gatesOfAMultiplyAccumulateCanBeGiven() throws {
    let counted = try setting().run(["duration": "0"])
    let given = try setting().run(["duration": "0", "gates-per-mac": "1000"])
    let layers: [Double] = [3 * 6, 6 * 5, 5 * 4]
    #expect(
      given.numbers("gates")[0] - counted.numbers("gates")[0]
        == (1000 - 504) * layers.reduce(0, +))
    #expect(try setting().run(["bits": "16"]).numbers("gates_per_mac") == [256 + 5 * 240 + 5 * 64])
  }

  @Test func undoingRunsHiddenLayersTwice() throws {
    let kept = try setting().run(["duration": "1e-9", "strategy": "keep-garbage"])
    let undone = try setting().run(["duration": "1e-9"])
    let layers = setting().network.layers.map(\.name)
    for layer in layers.dropLast() {
      #expect(
        relativeError(heat(undone, "ramps", layer: layer), 2 * heat(kept, "ramps", layer: layer))
          < 1e-12)
      #expect(heat(undone, "erasure", layer: layer) == 0)
      #expect(heat(kept, "erasure", layer: layer) > 0)
    }
    #expect(
      heat(undone, "ramps", layer: layers.last!) == heat(kept, "ramps", layer: layers.last!))
    #expect(undone.numbers("layer_runs") == [5] && kept.numbers("layer_runs") == [3])
    #expect(undone.latency > kept.latency)
    // What is erased is b bits for each neuron that is left.
    #expect(undone.numbers("erased_bits_nominal") == [4 * 8])
    #expect(kept.numbers("erased_bits_nominal") == [15 * 8])
    let nominal = try #require(kept.limit("erasure", "nominal"))
    #expect(relativeError(nominal, 120 * log(2)) < 1e-12)
    #expect(try #require(kept.limit("erasure", "measured")) <= nominal)
  }

  @Test func theAnswersEntropyIsThatOfItsCodes() throws {
    let setting = setting([2, 2], nil, samples: 16)
    let run = try setting.run(["bits": "3"])
    // Codes are whole numbers of steps.
    let entropy = (0..<2).reduce(0.0) { sum, output in
      var counts: [Float: Double] = [:]
      for sample in 0..<16 { counts[run.outputs[2 * sample + output], default: 0] += 1 }
      return counts.values.reduce(sum) { $0 - $1 / 16 * log2($1 / 16) }
    }
    #expect(entropy > 1)
    #expect(abs(run.numbers("erased_bits_measured")[0] - entropy) < 1e-12)
  }

  // MARK: The best ramp

  @Test(arguments: ["compute-copy-uncompute", "keep-garbage"])
  func noOtherRampCostsLess(_ strategy: String) throws {
    let setting = setting()
    for leakage in ["1e-15", "1e-12", "1e-9", "1e-6"] {
      let values = ["strategy": strategy, "leakage": leakage]
      let best = try setting.run(values)
      let duration = best.numbers("duration_s")[0]
      #expect(best.numbers("optimal_duration_s") == [duration])
      #expect(
        relativeError(best.numbers("optimal_energy_J")[0] / 4.141947e-21, best.energy()) < 1e-6)
      for factor in [0.5, 0.99, 1.01, 2] {
        let other = try setting.run(values.merging(["duration": "\(factor * duration)"]) { $1 })
        #expect(other.energy() >= best.energy())
        #expect(other.numbers("optimal_duration_s") == [duration])
      }
      // So much leaks that no ramp is worth its time.
      if leakage == "1e-6" { #expect(duration == 0) } else { #expect(duration > 0) }
    }
  }

  @Test func theSlopeIsThatOfTheEnergies() throws {
    let setting = setting()
    for duration in [2e-12, 3e-10, 7e-9, 1e-6] {
      let energies = try [0.999, 1.001].map { factor in
        let run = try setting.run(["duration": "\(factor * duration)"])
        return heat(run, "ramps") + heat(run, "leakage")
      }
      let slope = log(energies[1] / energies[0]) / log(1.001 / 0.999)
      let stated = try setting.run(["duration": "\(duration)"]).numbers("slope")[0]
      #expect(abs(slope - stated) < 1e-5, "\(slope) and \(stated) at \(duration) s")
    }
  }

  @Test(arguments: AdiabaticCMOS().laws.map(\.name)) func itsLawsHold(_ name: String) throws {
    let law = try #require(AdiabaticCMOS().laws.first { $0.name == name })
    let findings = try law.findings(in: RunContext(seed: 1))
    #expect(!findings.isEmpty)
    for finding in findings {
      #expect(finding.passed, "\(finding.occasion): \(finding.measured), \(finding.predicted)")
    }
  }

  // MARK: What is refused

  @Test func refusesWhatContradictsItself() throws {
    let setting = setting()
    func reason(_ values: [String: String]) throws -> (Refusal.Reason?, String) {
      let refusal = try setting.refusal(of: values)
      return (refusal?.reason, refusal?.detail ?? "")
    }
    let tooMany = try reason(["strategy": "pebbling", "pebbling-k": "2", "pebbling-n": "2"])
    #expect(tooMany.0 == .settings && tooMany.1.contains("pebbling of more segments than layers"))
    #expect(tooMany.1.contains("from 2 to 3"))
    let huge = try reason(["strategy": "pebbling", "pebbling-k": "1024", "pebbling-n": "10"])
    #expect(huge.0 == .settings)
    for name in ["pebbling-k", "pebbling-n"] {
      let idle = try reason([name: "2"])
      #expect(idle.0 == .settings && idle.1.contains(name))
    }
    #expect(try reason(["leakage": "0"]).0 == .settings)
    #expect(try reason(["leakage": "0", "duration": "1e-9"]).0 == nil)
    // The best ramp goes as 1/√leakage; the least number above 0 is lost beside what ramps cost.
    for leakage in ["1e-45", "1e-300", "5e-324"] {
      let slow = try reason([
        "leakage": leakage, "resistance": "1", "capacitance": "1e-18", "swing": "100",
      ])
      #expect(slow.0 == .settings && slow.1.contains("1000 s"))
    }
    #expect(try reason(["leakage": "1e-300", "duration": "1e-9"]).0 == nil)
    #expect(try setting.run(["leakage": "1e-20"]).numbers("duration_s")[0] < 1e3)
    // 10 deviations of √(k_BT/C) = 2.035 mV lie in half of 40.7 mV.
    #expect(try reason(["swing": "0.0405"]).0 == .range)
    #expect(try reason(["swing": "0.0409"]).0 == nil)
    var settings = try setting.settings([:])
    for (name, value) in [("leakage", "-1e-12"), ("bits", "1"), ("duration", "slow")] {
      #expect(throws: (any Error).self) { try settings.set(name, to: value) }
    }
  }

  @Test func pebblingTakesChainsAlone() throws {
    func refusal(
      _ architecture: Architecture, _ values: [String: String] = ["strategy": "pebbling"]
    ) throws -> Refusal? {
      let (network, samples) = RandomWorkload.network(architecture, samples: 2, seed: 8)
      return try Setting(substrate: AdiabaticCMOS(), network: network, samples: samples)
        .refusal(of: values)
    }
    #expect(try refusal(.attention)?.reason == .settings)
    #expect(try refusal(.attention, [:]) == nil)
    // What is added up there is one layer.
    #expect(try refusal(.residual) == nil)
    let one = try setting([2, 2], nil).refusal(of: ["strategy": "pebbling"])
    #expect(one?.reason == .settings)
  }

  @Test func refusesWhatOverflows() throws {
    // 2 · 8 + 17 bits for 65 537 products of 8 bits.
    let network = try Network(
      named: "wide",
      layers: [
        try Dense(
          inputs: 65_537, weight: Array(repeating: 1, count: 65_537), bias: [0])
      ], activation: nil)
    let samples = try Samples(
      name: "wide", width: 65_537, values: Array(repeating: 1, count: 65_537))
    let setting = Setting(substrate: AdiabaticCMOS(), network: network, samples: samples)
    #expect(try setting.refusal(of: [:])?.reason == .precision)
    #expect(try setting.refusal(of: ["bits": "7"]) == nil)
  }
}
