internal import Foundation
internal import Harness
internal import Networks
internal import Quantities
internal import StochasticThermodynamics
internal import SubstrateCore
internal import Substrates

/// Seconds that each substrate takes for the default comparison, or for another network on random samples, with
/// what all take together, and the process's peak memory.
enum ComparisonBenchmark {
  static func run(arguments: [String]) throws {
    var options = [
      "--model": "digits-mlp", "--samples": "0", "--rounds": "5",
      "--threads": "\(ProcessInfo.processInfo.activeProcessorCount)",
    ]
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard options[name] != nil, let value = rest.popFirst() else {
        fail("unknown option or no value: \(name)")
      }
      options[name] = value
    }
    guard let threads = Int(options["--threads"]!), (1...1024).contains(threads),
      let rounds = Int(options["--rounds"]!), (1...100).contains(rounds),
      let count = Int(options["--samples"]!), (0...1_000_000).contains(count)
    else { fail("--threads, --rounds and --samples take positive numbers") }
    let network = try network(options["--model"]!)
    let workload = try Workload(network, on: samples(count, for: network))
    var all = 0.0
    for substrate in registry {
      // The first run pays for what the system loads lazily; the median of the others is quoted.
      var times: [Double] = []
      var refusal: String?
      for _ in 0...rounds {
        let start = ContinuousClock.now
        let lineup = try Lineup([Selection(substrate)], for: workload, at: Kelvin(300))
        refusal = try lineup.compare(threads: threads).refused.first?.detail
        times.append(start.duration(to: .now) / .seconds(1))
      }
      let median = times.dropFirst().sorted()[rounds / 2]
      all += median
      print(
        "{\"benchmark\":\"compare\",\"model\":\"\(network.name)\",\"substrate\":\"\(substrate.card.id)\","
          + "\"samples\":\(workload.samples.count),\"threads\":\(threads),"
          + (refusal.map { "\"refused\":\"\($0)\"}" }
            ?? "\"seconds\":\((median * 1e4).rounded() / 1e4)}"))
    }
    print(
      "{\"benchmark\":\"compare\",\"substrates\":\(registry.count),\"seconds\":\((all * 1e3).rounded() / 1e3),"
        + "\"peak_MB\":\(peakMegabytes())}")
  }

  /// The built-in images where they fit and no number is asked for, else so many samples, 1 000 by default, of
  /// random numbers from 0 to 1.
  private static func samples(_ count: Int, for network: Network) throws -> Samples {
    if count == 0, let digits = try BuiltIn.samples(named: "digits"),
      digits.width == network.inputCount
    {
      return digits
    }
    var source = SeededGenerator(seed: 1, purpose: "bench inputs")
    let width = network.inputCount
    return try Samples(
      name: "random", width: width,
      values: (0..<(count == 0 ? 1000 : count) * width).map { _ in Float(source.uniform()) })
  }
}

/// The most memory that this process has had, in MB.
func peakMegabytes() -> Int {
  var usage = rusage()
  #if canImport(Glibc)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024 / 1_000_000
  #else
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss / 1_000_000
  #endif
}
