internal import Foundation
internal import Harness
internal import Networks
internal import Quantities
internal import SubstrateCore
internal import Substrates

/// Seconds that each substrate takes for the default comparison, and the process's peak memory.
enum ComparisonBenchmark {
  static func run(arguments: [String]) throws {
    var threads = ProcessInfo.processInfo.activeProcessorCount
    switch arguments.count {
    case 0: break
    case 2 where arguments[0] == "--threads":
      guard let given = Int(arguments[1]), given > 0 else {
        fail("--threads takes a positive number")
      }
      threads = given
    default: fail("compare takes --threads N")
    }
    guard let network = try BuiltIn.model(named: "digits-mlp"),
      let samples = try BuiltIn.samples(named: "digits")
    else { preconditionFailure("the built-in model and data") }
    let workload = try Workload(network, on: samples)
    for substrate in registry {
      // The first run pays for what the system loads lazily; the median of five more is quoted.
      let times = try (0..<6).map { _ in
        let start = ContinuousClock.now
        let lineup = try Lineup([Selection(substrate)], for: workload, at: Kelvin(300))
        _ = try lineup.compare(threads: threads)
        return start.duration(to: .now) / .seconds(1)
      }.dropFirst().sorted()
      print(
        "{\"benchmark\":\"compare\",\"substrate\":\"\(substrate.card.id)\","
          + "\"samples\":\(samples.count),\"threads\":\(threads),"
          + "\"seconds\":\((times[2] * 1e4).rounded() / 1e4)}")
    }
    print("{\"benchmark\":\"compare\",\"peak_MB\":\(peakMegabytes())}")
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
