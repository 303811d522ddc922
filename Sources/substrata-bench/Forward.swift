internal import Foundation
internal import Kernels
internal import Networks
internal import StochasticThermodynamics

/// Inferences per second of the plain forward pass, over batches of random inputs: rows of samples in,
/// rows of outputs out.
enum ForwardBenchmark {
  static func run(arguments: [String]) throws {
    var options = [
      "--model": "digits-mlp", "--batch": "256", "--seconds": "2", "--threads": "1",
      "--lanes": "0", "--against-onnxruntime": "",
    ]
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard options[name] != nil, let value = rest.popFirst() else {
        fail("unknown option or no value: \(name)")
      }
      options[name] = value
    }
    guard let batch = Int(options["--batch"]!), (1...1 << 20).contains(batch),
      let seconds = Double(options["--seconds"]!), seconds > 0, seconds.isFinite,
      let threads = Int(options["--threads"]!), (1...1024).contains(threads),
      let lanes = Int(options["--lanes"]!), (0...1024).contains(lanes), lanes.isMultiple(of: 16)
    else { fail("--batch, --seconds and --threads take positive numbers, --lanes sixteens") }
    let model = options["--model"]!
    let network = try network(model)
    let batches = Batches(
      network, batch: batch, threads: threads, lanes: lanes == 0 ? nil : lanes)
    var source = SeededGenerator(seed: 1, purpose: "bench inputs")
    let samples = (0..<batch * network.inputCount).map { _ in Float(source.uniform()) }
    // Sixty-four batches wait at a time: threads take the blocks of whichever comes next, and meet only when
    // all are done.
    let waiting = 64
    var outputs = [Float](repeating: 0, count: waiting * batch * network.outputCount)
    // The first run pays for memory that the system gives out only when it is touched.
    batches.run(samples, into: &outputs)

    /// Inferences per second over some time.
    func rate(for seconds: Double) -> Double {
      let start = ContinuousClock.now
      var (done, elapsed) = (0, 0.0)
      while elapsed < seconds {
        batches.run(samples, into: &outputs)
        done += waiting * batch
        elapsed = start.duration(to: .now) / .seconds(1)
      }
      return Double(done) / elapsed
    }

    let python = options["--against-onnxruntime"]!
    guard !python.isEmpty else {
      return report(network, batches, batch: batch, threads: threads, rate: rate(for: seconds))
    }
    let peer = try ONNXRuntimePeer(
      python: python, model: model, network, samples: samples, batch: batch, threads: threads)
    defer { peer.stop() }
    // In turns, so that a processor whose clock or neighbours change meanwhile changes both.
    let rounds = 10
    var figures: [(ours: Double, theirs: Double)] = []
    for _ in 0..<rounds {
      let ours = rate(for: seconds / Double(2 * rounds))
      figures.append((ours, try peer.rate(for: seconds / Double(2 * rounds))))
    }
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    report(
      network, batches, batch: batch, threads: threads, rate: median(figures.map(\.ours)))
    let difference = peer.difference(from: Array(outputs.prefix(batch * network.outputCount)))
    print(
      "{\"benchmark\":\"forward in ONNX Runtime\",\"model\":\"\(network.name)\","
        + "\"version\":\"\(peer.version)\",\"batch\":\(batch),\"threads\":\(threads),"
        + "\"inferences_per_s\":\(Int(median(figures.map(\.theirs)))),"
        + "\"ratio\":\(rounded(median(figures.map { $0.ours / $0.theirs }), 100)),"
        + "\"largest_difference\":\(Float(difference))}")
  }

  private static func report(
    _ network: Network, _ batches: Batches, batch: Int, threads: Int, rate: Double
  ) {
    let flops = 2 * Double(network.multiplyAccumulates) * rate
    let cores = min(threads, ProcessInfo.processInfo.activeProcessorCount)
    let peak = 2 * ArithmeticLimit.multiplyAdds() * Double(cores)
    print(
      "{\"benchmark\":\"forward\",\"model\":\"\(network.name)\",\"batch\":\(batch),"
        + "\"threads\":\(threads),\"inferences_per_s\":\(Int(rate)),"
        + "\"gflop_per_s\":\(rounded(flops * 1e-9, 10)),"
        + "\"share_of_multiply_add_limit\":\(rounded(flops / peak, 100)),"
        + "\"lanes\":\(batches.lanes),\"rows\":\(batches.engine.rowCount),"
        + "\"peak_MB\":\(peakMegabytes()),\"level\":\"\(String(cString: kernels_level()))\"}")
  }

  private static func rounded(_ number: Double, _ parts: Double) -> Double {
    (number * parts).rounded() / parts
  }
}
