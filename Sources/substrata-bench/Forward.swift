internal import Foundation
internal import Kernels
internal import Networks

/// Inferences per second of the single-precision engine, over batches of random inputs.
enum ForwardBenchmark {
  static func run(arguments: [String]) throws {
    var options = ["--model": "digits-mlp", "--batch": "256", "--seconds": "2", "--threads": "1"]
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard options[name] != nil, let value = rest.popFirst() else {
        fail("unknown option or no value: \(name)")
      }
      options[name] = value
    }
    guard let batch = Int(options["--batch"]!), batch > 0,
      let seconds = Double(options["--seconds"]!), seconds > 0, seconds.isFinite,
      let threads = Int(options["--threads"]!), threads > 0
    else { fail("--batch, --seconds and --threads take positive numbers") }
    let model = options["--model"]!
    let network =
      try BuiltIn.model(named: model) ?? network(inFile: model)
    let engine = LayerEngine<Float>(network)
    // Blocks small enough that a layer's values stay in the nearest caches.
    let lanes = min(64, Block<Float>.lanes(for: batch))
    let blocks = (batch + lanes - 1) / lanes

    let start = ContinuousClock.now
    let counts = Counts(threads)
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let workspace = LayerWorkspace(engine, lanes: lanes)
      let states = Block<Float>(rows: engine.neuronCount, lanes: lanes)
      for place in 0..<workspace.inputs.count {
        workspace.inputs.pointer[place] = Float(place % 17) / 16
      }
      var done = 0
      while start.duration(to: .now) < .seconds(seconds) {
        for _ in 0..<blocks { engine.forward(into: states, in: workspace) }
        done += batch
      }
      counts.put(done, at: thread)
    }
    let elapsed = start.duration(to: .now) / .seconds(1)
    let rate = Double(counts.total) / elapsed
    let flops = 2 * Double(network.multiplyAccumulates) * rate
    print(
      "{\"benchmark\":\"forward\",\"model\":\"\(network.name)\",\"batch\":\(batch),"
        + "\"threads\":\(threads),\"inferences_per_s\":\(Int(rate)),"
        + "\"gflop_per_s\":\((flops / 1e8).rounded() / 10),"
        + "\"level\":\"\(String(cString: kernels_level()))\"}")
  }

  /// What each thread has done.
  private final class Counts: @unchecked Sendable {
    private let lock = NSLock()
    private var values: [Int]

    init(_ count: Int) { values = Array(repeating: 0, count: count) }

    func put(_ value: Int, at place: Int) { lock.withLock { values[place] = value } }

    var total: Int { lock.withLock { values.reduce(0, +) } }
  }
}
