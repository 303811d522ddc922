import Networks
import Quantities
import SubstrateCore
import Testing

@testable import Spiking

/// Counts times prices, by hand.
@Suite struct SpikingPricesTests {
  /// A neuron that is driven by 1, by 1/4 and by 0, and one membrane that is read.
  ///
  /// In 8 steps it fires 8, 2 and 0 times, 10/3 on average. A membrane with a drive of 0 is idle; so is the
  /// one that is read, without a bias, in steps in which no spike comes.
  func run(_ values: [String: String]) throws -> Run {
    let network = try Network(
      named: "two",
      layers: [
        try Dense(inputs: 1, weight: [1], bias: [0]), try Dense(inputs: 1, weight: [2], bias: [0]),
      ], activation: .relu)
    return try Setting(
      substrate: Spiking(), network: network,
      samples: try Samples(name: "three", width: 1, values: [1, 0.25, 0])
    ).run(values)
  }

  /// The sum of a mechanism over all layers, in picojoules.
  func picojoules(_ run: Run, _ mechanism: String) -> Double {
    1e12
      * run.ledger.postings.filter { $0.flow == .drawn && $0.mechanism == mechanism }
      .reduce(0) { $0 + $1.energy.value }
  }

  func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 * max(abs(b), 1) }

  let spikes = 10.0 / 3
  /// Of the neuron in two of three samples at each step, of what is read at each spike.
  let active = 16.0 / 3 + 10.0 / 3

  @Test func ratesOnArithmetic() throws {
    let run = try run(["steps": "8"])
    #expect(isClose(run.numbers("spikes")[0], spikes))
    #expect(isClose(run.numbers("neuron_updates_active")[0], active))
    #expect(isClose(run.numbers("neuron_updates_idle")[0], 16 - active))
    // 64 bits of 8 KB are 10 pJ, 32 bits half.
    #expect(isClose(picojoules(run, "synaptic events"), spikes * 0.9))
    // What is read has no threshold to be compared with.
    #expect(isClose(picojoules(run, "neuron updates"), (16.0 / 3 * 2 + spikes) * 0.9))
    #expect(isClose(picojoules(run, "spikes"), spikes * 0.9))
    #expect(isClose(picojoules(run, "spike queue"), spikes * 2 * 5))
    // One multiply-accumulate with a bias, from one number to another.
    #expect(isClose(picojoules(run, "input currents"), 3.7 + 2 * 0.9))
    #expect(isClose(picojoules(run, "weight memory"), (2 + spikes) * 5))
    #expect(isClose(picojoules(run, "state memory"), (2 + 2 * spikes + 3 * active) * 5))
    #expect(run.ledger.total(.recovered, .model) == .zero)
  }

  /// Events in place of the one product that is no constant current.
  @Test func eventsAreComparedWithWhatTheyReplace() throws {
    let rate = try run(["steps": "8"])
    #expect(rate.numbers("digital_multiply_accumulates") == [1])
    #expect(isClose(rate.numbers("synaptic_events_per_multiply_accumulate")[0], spikes))
    let times = try run(["code": "first-spike"])
    #expect(times.numbers("digital_multiply_accumulates") == [0])
    #expect(isClose(times.numbers("synaptic_events_per_multiply_accumulate")[0], 2.0 / 3))
    // No matrix, and so no such share.
    var builder = Network.Builder(input: try Shape([2]))
    try builder.add(.activation(.relu), named: "neurons", reading: ["input"])
    let bare = try Setting(
      substrate: Spiking(), network: try builder.network(named: "bare", output: "neurons"),
      samples: try Samples(name: "two", width: 2, values: [1, 0.25, 0, 1])
    ).run()
    #expect(bare.numbers("synaptic_events_per_multiply_accumulate") == [.infinity])
  }

  @Test func timesOnArithmetic() throws {
    let run = try run(["code": "first-spike"])
    // Two inputs that are not 0, and two neurons that fire.
    let (inputs, fired, events) = (2.0 / 3, 2.0 / 3, 4.0 / 3)
    #expect(isClose(picojoules(run, "encoding"), inputs * 0.9))
    #expect(isClose(picojoules(run, "synaptic events"), events * 4.6))
    #expect(isClose(picojoules(run, "neuron updates"), (3 + 1) * 0.9))
    #expect(isClose(picojoules(run, "spike queue"), (inputs + fired) * 4 * 5))
    #expect(isClose(picojoules(run, "weight memory"), events * 5))
    #expect(isClose(picojoules(run, "state memory"), (2 * events + 4) * 5))
  }

  @Test func historiesAndLeaks() throws {
    let fractional = try run(["steps": "8", "order": "0.5", "memory": "3"])
    // 1 + 2 + 6 × 3 terms of one neuron, and as many reads with 8 writes; what is read has no history.
    #expect(isClose(picojoules(fractional, "history"), 21 * 4.6))
    #expect(isClose(picojoules(fractional, "history memory"), 29 * 5))
    // Nor does it leak: without a bias it is idle while no spike comes.
    let leaky = try run(["steps": "8", "tau": "9"])
    for run in [fractional, leaky] {
      #expect(isClose(run.numbers("neuron_updates_idle")[0], 8 - run.numbers("spikes")[0]))
      #expect(run.numbers("spikes")[0] > 0)
    }
    #expect(isClose(picojoules(leaky, "leak"), 8 * 4.6))
    #expect(picojoules(leaky, "history") == 0)
    // A chip's neurons leak by themselves; a history is computed beside them.
    #expect(
      picojoules(try run(["steps": "8", "tau": "9", "prices": "loihi"]), "leak") == 0)
    #expect(
      isClose(
        picojoules(
          try run(["steps": "8", "order": "0.5", "memory": "3", "prices": "loihi"]), "history"),
        21 * 4.6))
  }

  @Test func chips() throws {
    let loihi = try run(["steps": "8", "prices": "loihi"])
    #expect(isClose(picojoules(loihi, "synaptic events"), spikes * 23.6))
    #expect(isClose(picojoules(loihi, "neuron updates"), active * 81))
    #expect(isClose(picojoules(loihi, "idle neurons"), (16 - active) * 52))
    #expect(isClose(picojoules(loihi, "spikes"), spikes * 1.7))
    for (name, price) in [("odin", 12.7), ("darwin3", 5.47)] {
      let run = try run(["steps": "8", "prices": name])
      #expect(isClose(picojoules(run, "synaptic events"), spikes * price))
      #expect(picojoules(run, "neuron updates") == 0)
    }
    let trueNorth = try run(["steps": "8", "prices": "truenorth"])
    #expect(isClose(picojoules(trueNorth, "synaptic events"), spikes * 2.297))
    // 8 steps and one more for the membrane that is read, 1 ms each.
    #expect(isClose(trueNorth.latency.value, 9e-3))
    #expect(isClose(picojoules(trueNorth, "static power"), 64.43e-3 * 9e-3 * 1e12))
    let fast = try run(["steps": "8", "prices": "truenorth", "tick": "1e-5"])
    #expect(isClose(picojoules(fast, "static power"), 64.43e-3 * 9e-5 * 1e12))
  }

  /// A chip's row says how much of it is not the chip's, and a row without neurons that it has none.
  @Test func whatIsDoneInDigitalIsTold() throws {
    let run = try run(["steps": "8", "prices": "darwin3"])
    let chip = spikes * 5.47
    // A multiply-accumulate with its bias, and four numbers from memory.
    let beside = 3.7 + 2 * 0.9 + 4 * 5
    let share = Int((100 * beside / (beside + chip)).rounded())
    #expect(run.warnings.contains { $0.hasPrefix("\(share) % of the energy") })
    #expect(
      try !self.run(["steps": "8", "prices": "truenorth"]).warnings.contains {
        $0.contains("% of the energy")
      })
    let linear = Setting(
      substrate: Spiking(),
      network: try Network(
        named: "linear", layers: [try Dense(inputs: 1, weight: [2], bias: [0])], activation: nil),
      samples: try Samples(name: "two", width: 1, values: [1, 0.25]))
    #expect(try linear.run().warnings.contains { $0.contains("no neuron fires") })
    #expect(try linear.run(["code": "first-spike"]).warnings == [])
  }

  @Test func trueNorthsLine() {
    let power =
      Chip.trueNorth.staticPower!.value.value
      + 20.07 * 1_048_576 * 128 * Chip.trueNorth.event.value.value
    #expect(abs(power - 70.62e-3) < 0.005e-3)
  }

  /// What nobody has published is said to be unknown, and is no zero in the books.
  @Test(arguments: [
    ("digital-45nm", 4), ("truenorth", 1), ("loihi", 3), ("odin", 2), ("darwin3", 4),
  ])
  func unknownParts(name: String, count: Int) throws {
    let run = try run(["prices": name])
    let unknown = run.coverage.filter { if case .unknown = $0.status { true } else { false } }
    #expect(unknown.count == count)
    #expect(run.ledger.postings.allSatisfy { $0.energy > .zero })
  }

  /// More neurons than a tile, or than a chip, holds.
  @Test func largeNetworksNeedMore() throws {
    let wide = try Network(
      named: "wide",
      layers: [
        try Dense(
          inputs: 1, weight: Array(repeating: 1, count: 5000),
          bias: Array(repeating: 0, count: 5000)),
        try Dense(inputs: 5000, weight: Array(repeating: 1, count: 5000), bias: [0]),
      ], activation: .relu)
    let setting = Setting(
      substrate: Spiking(), network: wide,
      samples: try Samples(name: "one", width: 1, values: [1, 0]))
    let loihi = try setting.run(["steps": "1", "prices": "loihi"])
    #expect(loihi.coverage.contains { $0.operation == "hops between tiles" })
    let odin = try setting.run(["steps": "1", "prices": "odin"])
    #expect(odin.numbers("chips") == [20])
    #expect(odin.coverage.contains { $0.operation == "links between chips" })
  }

  @Test func resetsAreCounted() throws {
    #expect(
      isClose(
        try run(["steps": "8"]).limit("membrane-resets") ?? .nan, spikes * 0.6931471805599453))
  }
}
