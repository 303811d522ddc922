internal import Foundation
internal import Networks
internal import Training

/// Seconds of an epoch of 64-32-10 on the 1 347 training digits, for single samples and for batches of 32, in
/// turns with the same as it is usually written for NumPy.
enum TrainingBenchmark {
  static func run(arguments: [String]) throws {
    var python: String?
    switch arguments.count {
    case 0: break
    case 2 where arguments[0] == "--against-numpy": python = arguments[1]
    default: fail("train takes --against-numpy PYTHON")
    }
    guard let samples = try BuiltIn.samples(named: "digits-train") else {
      preconditionFailure("the built-in data")
    }
    let architecture = try Architecture("64-32-10")
    let engine = GradientEngine<Float>(architecture.network())
    let peer = try python.map { try NumPyTraining($0, samples) }
    defer { peer?.stop() }
    for batch in [1, 32] {
      var recipe = Recipe()
      recipe.batch = batch
      recipe.epochs = 1
      func ours() -> Double {
        // Two trainings of different lengths, so that what is not an epoch drops out.
        let few = seconds(engine, recipe, samples, epochs: 2)
        return (seconds(engine, recipe, samples, epochs: 22) - few) / 20
      }
      _ = ours()
      // In turns, so that a change of clock changes both; medians of nine.
      var (mine, theirs, ratios): ([Double], [Double], [Double]) = ([], [], [])
      for _ in 0..<9 {
        mine.append(ours())
        guard let peer else { continue }
        theirs.append(try peer.secondsOfEpoch(batch: batch))
        ratios.append(theirs.last! / mine.last!)
      }
      let peerFigures =
        peer == nil
        ? ""
        : ",\"numpy_ms\":\(rounded(1e3 * theirs.sorted()[4])),\"times_numpy\":\(rounded(ratios.sorted()[4]))"
      print(
        "{\"benchmark\":\"train\",\"network\":\"\(architecture)\",\"samples\":\(samples.count),"
          + "\"batch\":\(batch),\"epoch_ms\":\(rounded(1e3 * mine.sorted()[4]))\(peerFigures)}")
    }
  }

  private static func seconds(
    _ engine: GradientEngine<Float>, _ recipe: Recipe, _ samples: Samples, epochs: Int
  ) -> Double {
    var recipe = recipe
    recipe.epochs = epochs
    let start = ContinuousClock.now
    _ = TrainingRun(engine, recipe, on: samples, seed: 1)
    return start.duration(to: .now) / .seconds(1)
  }

  private static func rounded(_ value: Double) -> Double { (value * 1e3).rounded() / 1e3 }
}

/// A Python process that trains epoch by epoch when asked.
private final class NumPyTraining {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let file: URL

  init(_ python: String, _ samples: Samples) throws {
    file = FileManager.default.temporaryDirectory.appending(
      path: "substrata-bench-train-\(ProcessInfo.processInfo.processIdentifier)")
    var data = Data()
    for value in samples.values { withUnsafeBytes(of: value) { data.append(contentsOf: $0) } }
    for label in samples.labels! {
      withUnsafeBytes(of: Float(label)) { data.append(contentsOf: $0) }
    }
    try data.write(to: file)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python, "-c", Self.script, file.path(), "\(samples.count)"]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"]) { $1 }
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    guard let first = line(), first == "ready" else { fail("'\(python)' has no NumPy") }
  }

  func secondsOfEpoch(batch: Int) throws -> Double {
    try input.fileHandleForWriting.write(contentsOf: Data("\(batch)\n".utf8))
    guard let answer = line(), let seconds = Double(answer) else { fail("NumPy broke off") }
    return seconds
  }

  func stop() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: file)
  }

  private func line() -> String? {
    var bytes: [UInt8] = []
    while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first {
      if byte == 10 { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  /// Plain SGD in single precision: what a user writes, without lists where an array does.
  private static let script = """
    import sys, time
    import numpy as np

    path, n = sys.argv[1], int(sys.argv[2])
    raw = np.fromfile(path, "f4")
    X, Y = raw[: n * 64].reshape(n, 64), raw[n * 64 :].astype(int)
    T = np.eye(10, dtype="f4")[Y]
    rng = np.random.default_rng(1)
    print("ready", flush=True)
    for line in sys.stdin:
        B = int(line)
        W1 = (rng.standard_normal((64, 32)) * (2 / 64) ** 0.5).astype("f4")
        W2 = (rng.standard_normal((32, 10)) * (2 / 32) ** 0.5).astype("f4")
        b1, b2 = np.zeros(32, "f4"), np.zeros(10, "f4")
        order, rate, steps = rng.permutation(n), np.float32(0.05), -(-n // B)
        begin = time.perf_counter()
        for step in range(steps):
            lr = rate * np.float32(1 - step / steps)
            if B == 1:
                i = order[step]
                x, t = X[i], T[i]
                h = np.maximum(x @ W1 + b1, 0)
                z = h @ W2 + b2
                e = np.exp(z - z.max())
                g = e / e.sum() - t
                gh = (W2 @ g) * (h > 0)
                W2 -= np.outer(h, lr * g)
                b2 -= lr * g
                W1 -= np.outer(x, lr * gh)
                b1 -= lr * gh
            else:
                i = order[step * B : step * B + B]
                x, t = X[i], T[i]
                h = np.maximum(x @ W1 + b1, 0)
                z = h @ W2 + b2
                e = np.exp(z - z.max(1, keepdims=True))
                g = (e / e.sum(1, keepdims=True) - t) / len(i)
                gh = (g @ W2.T) * (h > 0)
                W2 -= lr * (h.T @ g)
                b2 -= lr * g.sum(0)
                W1 -= lr * (x.T @ gh)
                b1 -= lr * gh.sum(0)
        print(time.perf_counter() - begin, flush=True)
    """
}
