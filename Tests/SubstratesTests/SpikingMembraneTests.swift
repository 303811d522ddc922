import Foundation
import Networks
import SubstrateCore
import Testing

@testable import Spiking

/// Membranes of fractional order, beside the sums that define them.
@Suite struct SpikingMembraneTests {
  @Test func coefficientsOfOrderOneHalf() {
    let printed = [1.128379, 0.467390, 0.358641, 0.302348]
    let made = Membrane.coefficients(order: 0.5, timeConstant: 1, count: 4)
    #expect(zip(made, printed).allSatisfy { abs($0 - $1) < 5e-7 })
    // sqrt(m+1) - sqrt(m) over Γ(3/2) = sqrt(π)/2, and over sqrt(τ).
    let scaled = Membrane.coefficients(order: 0.5, timeConstant: 7, count: 40)
    for (m, coefficient) in scaled.enumerated() {
      let exact =
        (Double(m + 1).squareRoot() - Double(m).squareRoot())
        / (7 * Double.pi / 4).squareRoot()
      #expect(abs(coefficient - exact) < 1e-13)
    }
    #expect(
      Membrane.coefficients(order: 1, timeConstant: 4, count: 5).allSatisfy {
        abs($0 - 0.25) < 1e-15
      })
  }

  /// The gain is some 10^9, and its product with the drive beyond single precision.
  @Test func largeDrivesAreCountedAlike() throws {
    func counts(_ scale: Float) throws -> [Double] {
      var writer = try NetworkWriter([1], seed: 0)
      try writer.add(.dense(try Dense(inputs: 1, weight: [scale], bias: [0])))
      try writer.add(.activation(.relu))
      let setting = Setting(
        substrate: Spiking(), network: try writer.network(),
        samples: try Samples(name: "drives", width: 1, values: [0.11, 0.37, 0.93, 1, -0.4]))
      return try setting.run(["order": "0.99", "tau": "1e9", "steps": "20"]).outputs.map {
        (20 * Double($0) / Double(scale)).rounded()
      }
    }
    let unit = try counts(1)
    #expect(Set(unit).count > 3)
    #expect(try counts(0x1p100) == unit)
  }

  @Test func historiesThatAreCharged() {
    #expect(Membrane(order: 1, timeConstant: nil, steps: 9, memory: nil).historyTerms == 0)
    #expect(Membrane(order: 0.5, timeConstant: nil, steps: 4, memory: nil).historyTerms == 10)
    #expect(Membrane(order: 0.5, timeConstant: 3, steps: 5, memory: 2).historyTerms == 9)
  }

  /// U_k = U_0 + Σ_m c_m (-U_{k-1-m} + g z_{k-m}) - θ n, term by term.
  @Test(arguments: [0.3, 0.7], [nil, 6.0]) func countsAreThoseOfTheDefinition(
    order: Double, timeConstant: Double?
  ) throws {
    for memory in [3, 20] {
      let steps = 20
      let drives: [Float] = [0.11, 0.37, 0.62, 0.93, 1, -0.4]
      var writer = try NetworkWriter([1], seed: 0)
      try writer.add(.dense(try Dense(inputs: 1, weight: [1], bias: [0])))
      try writer.add(.activation(.relu))
      let setting = Setting(
        substrate: Spiking(), network: try writer.network(),
        samples: try Samples(name: "drives", width: 1, values: drives))
      let run = try setting.run([
        "order": "\(order)", "memory": "\(memory)", "steps": "\(steps)",
        "tau": timeConstant.map { "\($0)" } ?? "none",
      ])
      let scale = 1 / (pow(timeConstant ?? 1, order) * order * tgamma(order))
      let c = (0..<memory).map {
        scale * (pow(Double($0 + 1), order) - pow(Double($0), order))
      }
      let gain = Double(steps) / c.reduce(0, +)
      for (drive, output) in zip(drives, run.outputs) {
        var states = [0.5]
        var spikes = 0.0
        for k in 1...steps {
          var state = 0.5 - spikes
          for m in 0..<min(k, memory) {
            let leak = timeConstant == nil ? 0 : states[k - 1 - m]
            state += c[m] * (gain * Double(drive) - leak)
          }
          if state >= 1 {
            state -= 1
            spikes += 1
          }
          states.append(state)
        }
        #expect(abs(Double(output) * Double(steps) - spikes) < 1e-4, "z = \(drive)")
      }
    }
  }

  /// Without a leak a fractional membrane of full memory counts a constant drive as an ordinary one does.
  @Test func theGainKeepsConstantDrives() throws {
    let drives = (1...50).map { Float($0) / 50 }
    var writer = try NetworkWriter([1], seed: 0)
    try writer.add(.dense(try Dense(inputs: 1, weight: [1], bias: [0])))
    try writer.add(.activation(.relu))
    let setting = Setting(
      substrate: Spiking(), network: try writer.network(),
      samples: try Samples(name: "drives", width: 1, values: drives))
    let outputs = try setting.run(["order": "0.5", "steps": "37"]).outputs
    #expect(outputs == (try setting.run(["steps": "37"]).outputs))
  }

  /// U_k = U_{k-1} + (g z - U_{k-1})/τ with g = τ.
  @Test func leaksOfOrderOne() throws {
    let drives: [Float] = [0.2, 0.55, 1]
    var writer = try NetworkWriter([1], seed: 0)
    try writer.add(.dense(try Dense(inputs: 1, weight: [1], bias: [0])))
    try writer.add(.activation(.relu))
    let setting = Setting(
      substrate: Spiking(), network: try writer.network(),
      samples: try Samples(name: "drives", width: 1, values: drives))
    let outputs = try setting.run(["tau": "5", "steps": "30"]).outputs
    for (drive, output) in zip(drives, outputs) {
      var (state, spikes) = (0.5, 0.0)
      for _ in 0..<30 {
        state += Double(drive) - state / 5
        if state >= 1 {
          state -= 1
          spikes += 1
        }
      }
      #expect(abs(Double(output) * 30 - spikes) < 1e-4)
    }
  }
}
