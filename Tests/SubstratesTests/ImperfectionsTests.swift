import Foundation
import Networks
import Quantities
import SubstrateCore
import Testing

@testable import QuasiStatic

/// Static power and losses of drivers: what they add, and the duration at which the sum is least.
@Suite struct ImperfectionsTests {
  private let setting: Setting<QuasiStatic>

  init() throws {
    let workload = try randomWorkload(seed: 5)
    setting = Setting(
      substrate: QuasiStatic(), network: workload.network, samples: workload.samples)
  }

  private let quantum = 300 * 1.380649e-23

  /// What stands in the ledger as not ideal, in k_B T, by part.
  private func parts(_ run: Run) -> [String: Double] {
    var parts: [String: Double] = [:]
    for posting in run.ledger.postings
    where posting.mechanism == "not ideal, work included" && posting.flow == .drawn {
      parts[posting.layer] = posting.energy.value / quantum
    }
    return parts
  }

  @Test func anIdealMachineSaysNothingOfThem() throws {
    let run = try setting.run(["static-power": "0", "drive-efficiency": "1"])
    #expect(parts(run).isEmpty && run.numbers("not_ideal_energy_kT").isEmpty)
    #expect(!run.warnings.contains { $0.contains("static") })
    let real = try setting.run(["static-power": "1e-12", "duration": "20"])
    // The work itself is no other for it.
    #expect(real.energy() == (try setting.run(["duration": "20"]).energy()))
  }

  @Test(arguments: ["0", "3", "200"]) func partsAddUp(duration: String) throws {
    let run = try setting.run([
      "duration": duration, "static-power": "2e-12", "drive-efficiency": "0.75",
      "relaxation-time": "3e-9",
    ])
    let parts = parts(run)
    let drawn = run.ledger.total(.drawn, .predicted).value / quantum
    #expect(relativeError(parts["work"]!, run.energy()) < 1e-12)
    // P times the latency, which holds the mean hold.
    #expect(relativeError(parts["static power"]!, 2e-12 * run.latency.value / quantum) < 1e-12)
    #expect(relativeError(parts["drivers"]!, 0.25 * drawn) < 1e-12)
    #expect(
      relativeError(run.numbers("not_ideal_energy_kT")[0], parts.values.reduce(0, +)) < 1e-12)
    // The books of the kind close, converters and all.
    #expect(abs(run.ledger.residual(.model).value) < 1e-30)
  }

  @Test(arguments: [1e-16, 1e-13, 1e-10]) func theClosedFormWhereItHolds(power: Double) throws {
    let run = try setting.run([
      "method": "length", "duration": "5000", "static-power": "\(power)",
    ])
    // W = a/τ exactly, and no hold.
    let a = run.energy() * 5000 * quantum * 1e-9
    let duration = (a / power).squareRoot() / 1e-9
    let energy = 2 * (a * power).squareRoot() / quantum
    #expect(relativeError(run.numbers("best_duration_tau0")[0], duration) < 0.01)
    #expect(relativeError(run.numbers("best_energy_kT")[0], energy) < 1e-4)
    #expect(relativeError(run.numbers("slow_best_duration_tau0")[0], duration) < 1e-9)
    #expect(relativeError(run.numbers("slow_best_energy_kT")[0], energy) < 1e-9)
  }

  @Test(arguments: ["1e-13", "1e-10"], ["1", "0.5"])
  func noDurationOnAGridTakesLess(power: String, efficiency: String) throws {
    let terms = ["static-power": power, "drive-efficiency": efficiency]
    func energy(_ duration: Double) throws -> Double {
      // The power of the search is of no account here, only the energy at this duration.
      let run = try setting.run(["duration": "\(duration)"])
      let drawn = run.ledger.total(.drawn, .predicted).value
      return run.energy()
        + (Double(power)! * run.latency.value + (1 - Double(efficiency)!) * drawn) / quantum
    }
    let run = try setting.run(terms)
    let best = run.numbers("best_energy_kT")[0]
    let duration = run.numbers("best_duration_tau0")[0]
    #expect(relativeError(try energy(duration), best) < 1e-6)
    for step in -6...6 {
      #expect(try energy(duration * pow(1.5, Double(step))) > best * (1 - 1e-3))
    }
    #expect(run.numbers("slow_best_energy_kT").isEmpty == (efficiency != "1"))
  }

  @Test func withoutStaticPowerNoDurationIsBest() throws {
    let run = try setting.run(["drive-efficiency": "0.5", "duration": "20"])
    #expect(run.numbers("best_duration_tau0").isEmpty)
    #expect(run.warnings.contains { $0.contains("no duration is best") })
    let length = try setting.run([
      "drive-efficiency": "0.5", "method": "length", "duration": "500",
    ])
    #expect(length.warnings.contains { $0.contains("too low") })
  }

  @Test func aStreamThatStandsStillIsBestAbrupt() throws {
    let still = Setting(
      substrate: QuasiStatic(), network: setting.network,
      samples: try Samples(
        name: "still", width: 5, values: Array(repeating: 1, count: 10)))
    let run = try still.run(["static-power": "1e-9", "duration": "2"])
    #expect(run.numbers("best_duration_tau0") == [0])
    #expect(abs(run.numbers("best_energy_kT")[0]) < 1e-20)
    // 1 nW for 2 ns.
    #expect(relativeError(run.numbers("not_ideal_energy_kT")[0], 2e-18 / quantum) < 1e-12)
  }

  @Test func theSearchFindsLeastValues() {
    func least(_ range: ClosedRange<Double> = 1e-9...1e9, _ function: @escaping (Double) -> Double)
      -> LeastOnLogScale<Never>
    {
      var search = LeastOnLogScale(from: 1, within: range, of: function)
      search.run()
      return search
    }
    for place in [1e-4, 0.3, 1, 1.7, 5e5] {
      let search = least { place / $0 + $0 / place }
      #expect(abs(log(search.position / place)) < 0.01 && search.value < 2 * 1.0001)
      #expect(!search.isAtLowerEnd && !search.isAtUpperEnd && search.evaluations < 40)
      // A corner, and a fall far steeper than the rise: x⁻⁸/8 + x is least at 1.
      #expect(abs(log(least { abs(log($0 / place)) }.position / place)) < 0.03)
      let steep = least { pow($0 / place, -8) / 8 + $0 / place }
      #expect(steep.value < 1.125 * 1.003)
    }
    #expect(least { 1 / $0 }.isAtUpperEnd)
    #expect(least { $0 }.isAtLowerEnd)
    // Flat: nothing falls, so nothing is looked for.
    #expect(least { _ in 1 }.position == 1)
  }
}
