import Foundation
import Networks
import Quantities
import SubstrateCore
import Testing

@testable import MemristorCrossbar

/// What holds of memristors, their converters and their prices.
@Suite struct MemristorCrossbarTests {
  private let exact = CrossbarReadTests.exact

  private func drawn(_ mechanism: String, _ run: Run) -> Double {
    CrossbarReadTests.drawn(mechanism, run)
  }

  /// So many columns over so many inputs, all weights 1/2 and no biases.
  private func columns(_ inputs: Int, _ outputs: Int, samples: [Float]? = nil) throws -> Setting<
    MemristorCrossbar
  > {
    let network = try Network(
      named: "columns",
      layers: [
        Dense(
          inputs: inputs, weight: Array(repeating: 0.5, count: inputs * outputs),
          bias: Array(repeating: 0, count: outputs))
      ], activation: nil)
    let values = samples ?? Array(repeating: 1, count: 2 * inputs)
    return Setting(
      substrate: MemristorCrossbar(), network: network,
      samples: try Samples(name: "ones", width: inputs, values: values))
  }

  // MARK: Converters

  /// 12·4^8 k_B T = 3.257 fJ at 300 K; over 256 rows 12.7 aJ for a multiply-accumulate.
  @Test func eightBitsHaveTheirLeastEnergy() throws {
    let run = try columns(256, 4).run()
    let limit = Joules(ThermalEnergy(try #require(run.limit("converters"))), at: Kelvin(300))
    #expect(relativeError(limit.value, 4 * 3.2574e-15) < 1e-4)
    let perProduct = try #require(run.numbers("converter_limit_per_mac_J").first)
    #expect(abs(perProduct - 12.7e-18) < 0.05e-18)
    // Two tiles of rows have two conversions for each sum.
    #expect(try columns(257, 4).run().numbers("output_conversions") == [8])
  }

  @Test func aConversionIsStepsButNeverLessThanItsNoiseAsks() throws {
    let setting = try columns(3, 5)
    for (bits, step, each) in [
      (8, "1e-14", 256e-14), (10, "2e-15", 1024 * 2e-15), (8, "0", 3.2574e-15),
      (16, "1e-15", 12 * 4294967296.0 * 1.380649e-23 * 300),
    ] {
      let run = try setting.run(["adc-bits": "\(bits)", "fom": step])
      #expect(relativeError(drawn("output converters", run), 5 * each) < 1e-4)
      #expect(run.ledger.postings.allSatisfy { $0.range == nil })
    }
    // By default with the source's range, 4 to 10 fJ.
    let range = try #require(
      try setting.run().ledger.postings.first { $0.mechanism == "output converters" }?.range)
    #expect(relativeError(range.lowerBound.value, 5 * 256 * 4e-15) < 1e-12)
    #expect(relativeError(range.upperBound.value, 5 * 256 * 10e-15) < 1e-12)
  }

  @Test func inputConvertersAreUnknownUntilSomebodyKnows() throws {
    func parts(_ run: Run) -> [String] {
      run.coverage.compactMap { if case .unknown = $0.status { $0.operation } else { nil } }
    }
    // 300 columns are three arrays of 128 pairs: every row is driven in each.
    let setting = try columns(3, 300)
    let open = try setting.run()
    #expect(parts(open).contains("input converters and row drivers"))
    #expect(drawn("input converters", open) == 0)
    let known = try setting.run(["dac-energy": "1e-13"])
    #expect(!parts(known).contains("input converters and row drivers") && !parts(known).isEmpty)
    #expect(relativeError(drawn("input converters", known), 9e-13) < 1e-12)
  }

  // MARK: Devices

  /// Weights fall together, biases do not.
  @Test func driftScalesWhatDevicesHold() throws {
    let network = try Network(
      named: "one", layers: [Dense(inputs: 1, weight: [2], bias: [0.5])], activation: nil)
    let samples = try Samples(name: "two", width: 1, values: [1, -3])
    let run = try CrossbarReadTests.setting(network, samples).run(
      exact.merging(["drift-time": "1e6", "drift-exponent": "0.05"]) { $1 })
    let left = 0.5011872336272722
    for (output, input) in zip(run.outputs, [1.0, -3]) {
      #expect(abs(Double(output) - (2 * left * input + 0.5)) < 1e-4)
    }
  }

  /// Of two stuck devices one is high and the other low in two of four cases; their difference is 1, 0 or -1.
  @Test func stuckDevicesStandAtTheEndsOfTheWindow() throws {
    let network = try Network(
      named: "one", layers: [Dense(inputs: 1, weight: [0.7], bias: [0])], activation: nil)
    let samples = try Samples(name: "one", width: 1, values: [2, 2])
    let run = try CrossbarReadTests.setting(network, samples).run(
      exact.merging(["stuck": "1", "repeats": "1000"]) { $1 })
    #expect(run.repeats == 1000 && run.outputs.count == 2000)
    var counts = [0.0, 0, 0]
    for output in stride(from: 0, to: 2000, by: 2).map({ run.outputs[$0] }) {
      let share = (output / 1.4).rounded()
      #expect(abs(output - 1.4 * share) < 1e-4)
      counts[Int(share) + 1] += 1
    }
    // Binomial: four standard deviations of 1000 draws.
    for (count, share) in zip(counts, [0.25, 0.5, 0.25]) {
      #expect(abs(count / 1000 - share) < 4 * (share * (1 - share) / 1000).squareRoot())
    }
  }

  /// Errors that would take a conductance below 0 leave it at 0: an idle device can only rise.
  @Test func noConductanceIsNegative() throws {
    let network = try Network(
      named: "silent", layers: [Dense(inputs: 1, weight: [0], bias: [0])], activation: nil)
    let samples = try Samples(name: "one", width: 1, values: [1, 1])
    var values = exact.merging(["conductance-min": "0", "programming-error": "0.1"]) { $1 }
    values["repeats"] = "1000"
    let run = try CrossbarReadTests.setting(network, samples).run(values)
    let posting = try #require(run.ledger.postings.first { $0.mechanism == "array" })
    // Two halves of normal distributions, of mean σ/√(2π) each.
    let unit = 1.0 * 0.04 * 1e-4
    let mean = unit * 2 * 0.1 / (2 * Double.pi).squareRoot()
    let error = try #require(posting.standardError).value
    #expect(abs(posting.energy.value - mean) < 4 * error)
    #expect(error < 0.05 * mean)
  }

  @Test func machinesAreDrawnOneByOne() throws {
    let (network, samples) = try randomWorkload(seed: 3)
    let setting = CrossbarReadTests.setting(network, samples)
    let three = try setting.run(["repeats": "3"])
    let one = try setting.run(["repeats": "1"])
    let count = one.outputs.count
    #expect(three.repeats == 3 && three.outputs.count == 3 * count)
    #expect(Array(three.outputs.prefix(count)) == one.outputs)
    #expect(three.outputs[count..<2 * count] != three.outputs[..<count])
    // Neither the company nor the order of the work changes a sample's noise.
    let few = try CrossbarReadTests.setting(network, samples.prefix(5)).run([
      "repeats": "1", "full-scale": "1", "read-noise": "0", "programming-error": "0",
    ])
    #expect(few.outputs.count == 5 * network.outputCount)
    #expect(try setting.run().fingerprint == setting.shuffledRun().fingerprint)
    var other = setting
    other.seed = 2
    #expect(try other.run().outputs != setting.run().outputs)
    // What machines cost differs, and the error says how much.
    #expect(three.ledger.postings.contains { ($0.standardError?.value ?? 0) > 0 })
    #expect(one.ledger.postings.allSatisfy { $0.standardError == nil })
  }

  // MARK: Prices

  /// 0.86 µJ/64 for a core, however full: 0.2050 pJ for each of its 65 536 products.
  @Test func aChipsReadCostsTheWholeCore() throws {
    let core = 0.86e-6 / 64
    for (inputs, outputs, cores) in [(1, 1, 1.0), (256, 256, 1), (257, 256, 2), (300, 300, 4)] {
      let run = try columns(inputs, outputs).run(["prices": "hermes", "repeats": "1"])
      #expect(relativeError(drawn("core reads", run), cores * core) < 1e-12)
      #expect(run.numbers("arrays") == [cores])
      for part in ["array", "output converters", "input converters"] {
        #expect(drawn(part, run) == 0, "no part is added to the whole")
      }
    }
    #expect(relativeError(core / 65536, 0.2050e-12) < 3e-4)
    let slow = try columns(256, 256).run(["prices": "hermes-4-phase", "repeats": "1"])
    #expect(relativeError(131_072 / drawn("core reads", slow) / 1e12, 2.482) < 1e-4)
    // 64 cores of 2 · 65 536 operations at 63.1 TOPS.
    let fast = try columns(256, 256).run(["prices": "hermes", "repeats": "1"])
    #expect(relativeError(fast.latency.value, 64 * 131_072 / 63.1e12) < 1e-12)
  }

  /// Three tiles of two rows: two additions a sum, and a bias; one multiplication; ReLU compares.
  @Test func whatIsDoneInDigitalIsCounted() throws {
    let (network, samples) = try randomWorkload(seed: 1, sizes: [5, 7, 2])
    let run = try CrossbarReadTests.setting(network, samples).run(["array": "2", "repeats": "1"])
    // 8 bits and a sign bit's room for the bias, and 2 for the sums of 3 or 4 tiles: 11 bits, between the
    // table's 0.03 pJ at 8 and 0.05 pJ at 16.
    let addition = 0.03e-12 + 3.0 / 8 * 0.02e-12
    #expect(run.numbers("digital_bits") == [11])
    let additions = 7 * (2 + 1) + 2 * (3 + 1)
    #expect(relativeError(drawn("accumulate", run), Double(additions) * addition) < 1e-12)
    #expect(relativeError(drawn("compare", run), 7 * addition) < 1e-12)
    // 5 + 7 and 7 + 2 numbers of 9 bits, 10 pJ for 64 of them.
    #expect(relativeError(drawn("activation memory", run), 21 * 9.0 / 64 * 10e-12) < 1e-12)
    // One output for each pair of columns: every weight column is an array of its own.
    #expect(run.numbers("arrays") == [Double(3 * 7 + 4 * 2)])
  }

  // MARK: Networks

  /// Within 3 points of the reference at eight bits and 1 % of programming error, which are the defaults.
  @Test func digitsAreReadNearlyAsWellAsByTheReference() throws {
    let network = try #require(try BuiltIn.model(named: "digits-mlp"))
    let samples = try #require(try BuiltIn.samples(named: "digits")).prefix(150)
    let setting = CrossbarReadTests.setting(network, samples)
    let run = try setting.run(["repeats": "4"])
    let stream = try setting.stream()
    func place(_ values: some Sequence<Double>) -> Int {
      let values = Array(values)
      return values.firstIndex(of: values.max()!)!
    }
    var (hits, referenceHits) = (0, 0)
    for index in 0..<4 * 150 {
      let outputs = run.outputs[index * 10..<(index + 1) * 10].map { Double($0) }
      let label = samples.labels![index % 150]
      hits += place(outputs) == label ? 1 : 0
      referenceHits += place(stream.reference.output(of: index % 150)) == label ? 1 : 0
    }
    #expect(abs(hits - referenceHits) < 18, "\(hits) and \(referenceHits) of 600")
    #expect(run.verdict == .settled && run.holdsNoNaN && run.warnings.isEmpty)
  }

  @Test func aLayerThatIsSilentIsLeftAlone() throws {
    let (network, samples) = try workloadWithASilentLayer()
    let run = try CrossbarReadTests.setting(network, samples).run()
    #expect(run.verdict == .settled && run.holdsNoNaN)
    #expect(run.outputs.allSatisfy { $0 == 2 })
  }

  // MARK: What is refused, and what is said

  @Test(arguments: [
    (["conductance-min": "1e-3"], "upside down"),
    (["conductance-min": "1e-4"], "upside down"),
    (["drift-exponent": "0.1"], "drift-time"),
    (["prices": "hermes", "fom": "1e-15"], "fom"),
    (["prices": "hermes", "dac-energy": "1e-15"], "dac-energy"),
    (["prices": "hermes-4-phase", "array": "128"], "array=256"),
    (["prices": "hermes", "read-time": "1e-6"], "read-time"),
  ]) func settingsThatCannotBeAreRefused(values: [String: String], word: String) throws {
    let refusal = try #require(try columns(2, 2).refusal(of: values))
    #expect(refusal.reason == .settings && refusal.detail.contains(word), "\(refusal.detail)")
    #expect(!refusal.detail.contains("\n"))
  }

  @Test(arguments: [
    ("array", "1"), ("adc-bits", "0"), ("adc-bits", "1"), ("adc-bits", "40"), ("dac-bits", "0"),
    ("dac-bits", "40"),
    ("conductance-min", "-1e-6"), ("conductance-max", "0"), ("programming-error", "1.5"),
    ("repeats", "0"), ("prices", "nobody"), ("stuck", "2"), ("read-time", "0"),
    ("drift-time", "0.5"),
  ]) func valuesOutOfRangeAreNoSettings(name: String, value: String) throws {
    #expect(throws: (any Error).self) { try columns(2, 2).settings([name: value]) }
  }

  @Test func whatHasNoPriceIsRefusedByName() throws {
    for operation in [Networks.Operation.activation(.tanh), .normalize(epsilon: 0.1)] {
      var builder = Network.Builder(input: Shape(vector: 3))
      try builder.add(operation, named: "odd one", reading: [Network.Builder.input])
      let network = try builder.network(named: "odd", output: "odd one")
      let samples = try Samples(name: "two", width: 3, values: [1, 2, 3, 4, 5, 6])
      let refusal = try #require(
        try CrossbarReadTests.setting(network, samples).refusal(of: [:]))
      #expect(refusal.reason == .operation && refusal.detail.contains("'odd one'"))
    }
  }

  /// Without an array that is read there is no machine, and no time that a read takes.
  @Test func aNetworkWithoutAMatrixIsRefused() throws {
    var builder = Network.Builder(input: Shape(vector: 3))
    try builder.add(.activation(.relu), named: "y", reading: [Network.Builder.input])
    let network = try builder.network(named: "bare", output: "y")
    let samples = try Samples(name: "two", width: 3, values: [1, 2, 3, 4, 5, 6])
    let refusal = try #require(try CrossbarReadTests.setting(network, samples).refusal(of: [:]))
    #expect(refusal.reason == .operation && refusal.detail.contains("'bare'"))
  }

  /// Two bits are the fewest that tell a sum from its opposite.
  @Test func twoBitsTellTheSign() throws {
    let run = try columns(1, 1, samples: [2, -2]).run(exact.merging(["adc-bits": "2"]) { $1 })
    #expect(run.outputs[0] > 0.5 && run.outputs[1] < -0.5)
  }

  /// 1/(2 · 0.1²) = 50 weights err by one of them.
  @Test func aFanInBeyondTheWindowIsSaid() throws {
    let values = ["programming-error": "0.1", "read-noise": "0", "repeats": "1"]
    let fan = try #require(try columns(50, 2).run(values).numbers("resolvable_fan_in").first)
    #expect(fan < 50 && fan > 49.9)
    #expect(try !columns(49, 2).run(values).warnings.contains { $0.contains("adds up") })
    let warnings = try columns(51, 2).run(values).warnings
    #expect(warnings.contains { $0.contains("adds up 51 weights") && $0.contains("resolves 49") })
  }

  @Test func clippingAndSeveralChipsAreSaid() throws {
    let clipped = try columns(4, 3).run(["full-scale": "0.5"])
    #expect(clipped.numbers("clipped_share") == [1])
    #expect(clipped.warnings.contains { $0.contains("100.0 %") })
    let large = try columns(256 * 5, 256 * 13 + 1).run(["prices": "hermes", "repeats": "1"])
    #expect(large.numbers("arrays") == [70])
    #expect(large.warnings.contains { $0.contains("70 cores") && $0.contains("64") })
  }
}
