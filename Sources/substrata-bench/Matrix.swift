import Foundation
import Kernels

/// Times the single-precision matrix product on one thread against NumPy on one thread.
///
/// Both are measured in turns, round by round, so that a processor whose clock or neighbours change
/// meanwhile changes both; the ratio is the median over rounds of the ratio within a round.
enum MatrixBenchmark {
  /// The product of an `m` × `k` matrix and a `k` × `n` one.
  struct Shape {
    let m: Int
    let k: Int
    let n: Int

    var name: String { "\(m)x\(k)x\(n)" }
    var flops: Double { 2 * Double(m) * Double(k) * Double(n) }
  }

  static let shapes = [Shape(m: 1024, k: 512, n: 512), Shape(m: 1024, k: 128, n: 128)]

  /// How long one measurement lasts: long against a timer, short against a change of clock.
  static let secondsPerMeasurement = 0.03

  /// Runs all shapes and prints one JSON object per line for each. `arguments` may hold
  /// `--rounds <number>`.
  static func run(arguments: [String]) throws {
    var rounds = 15
    if !arguments.isEmpty {
      guard arguments.count == 2, arguments[0] == "--rounds", let number = Int(arguments[1]),
        number > 0
      else { throw MatrixBenchmarkError("usage: matrix [--rounds <number>]") }
      rounds = number
    }
    let numPy = NumPyProcess.start()
    defer { numPy?.stop() }
    if numPy == nil {
      FileHandle.standardError.write(
        Data("matrix: no python3 with numpy here, so nothing to compare with\n".utf8))
    }
    for shape in shapes {
      let figure = try measure(shape, against: numPy, rounds: rounds)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(figure), as: UTF8.self))
    }
  }

  private static func measure(
    _ shape: Shape, against numPy: NumPyProcess?, rounds: Int
  ) throws -> MatrixFigure {
    var product = Product(shape)
    product.compute(times: 1)
    try product.verify()

    let ours = repetitions { product.compute(times: $0) }
    let theirs = try numPy.map { process in
      try repetitions { try process.seconds(shape, times: $0) }
    }
    var speeds: [Double] = []
    var numPySpeeds: [Double] = []
    for round in 0..<rounds {
      // Who goes first alternates too.
      if round.isMultiple(of: 2) {
        speeds.append(shape.flops * Double(ours) / product.compute(times: ours))
      }
      if let numPy, let theirs {
        let seconds = try numPy.seconds(shape, times: theirs)
        numPySpeeds.append(shape.flops * Double(theirs) / seconds)
      }
      if !round.isMultiple(of: 2) {
        speeds.append(shape.flops * Double(ours) / product.compute(times: ours))
      }
    }
    try product.verify()
    let ratios = zip(speeds, numPySpeeds).map { $0 / $1 }
    return MatrixFigure(
      shape: shape.name,
      gflopPerSecond: median(speeds) * 1e-9,
      numPyGflopPerSecond: ratios.isEmpty ? nil : median(numPySpeeds) * 1e-9,
      ratio: ratios.isEmpty ? nil : median(ratios),
      rounds: rounds,
      level: String(cString: kernels_level()),
      numPy: numPy?.version,
      blas: numPy?.blas)
  }

  /// How many times to repeat something for one measurement to last long enough.
  private static func repetitions(_ seconds: (Int) throws -> Double) rethrows -> Int {
    _ = try seconds(1)
    var times = 1
    while true {
      let elapsed = try seconds(times)
      if elapsed >= secondsPerMeasurement / 4 {
        return max(1, Int((Double(times) * secondsPerMeasurement / elapsed).rounded()))
      }
      times *= 2
    }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}

/// What went wrong, in a sentence.
struct MatrixBenchmarkError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// One line of output.
private struct MatrixFigure: Encodable {
  let shape: String
  let gflopPerSecond: Double
  let numPyGflopPerSecond: Double?
  let ratio: Double?
  let rounds: Int
  let level: String
  let numPy: String?
  let blas: String?

  private enum Key: String, CodingKey {
    case benchmark, shape, rounds, level, numpy, blas, ratio
    case gflopPerSecond = "gflop_per_s"
    case numPyGflopPerSecond = "numpy_gflop_per_s"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("matrix", forKey: .benchmark)
    try container.encode(shape, forKey: .shape)
    try container.encode(rounded(gflopPerSecond), forKey: .gflopPerSecond)
    // Not encodeIfPresent: a missing figure is null, so that every line has the same keys.
    try container.encode(numPyGflopPerSecond.map(rounded), forKey: .numPyGflopPerSecond)
    try container.encode(ratio.map(rounded), forKey: .ratio)
    try container.encode(rounds, forKey: .rounds)
    try container.encode(level, forKey: .level)
    try container.encode(numPy, forKey: .numpy)
    try container.encode(blas, forKey: .blas)
  }

  private func rounded(_ value: Double) -> Double {
    (value * 1000).rounded() / 1000
  }
}

/// A product to be computed again and again, and its check.
private struct Product {
  let shape: MatrixBenchmark.Shape
  let a: [Float]
  let b: [Float]
  var c: [Float]
  var state: UInt64 = 1

  init(_ shape: MatrixBenchmark.Shape) {
    self.shape = shape
    var state: UInt64 = 7
    a = (0..<shape.m * shape.k).map { _ in Self.uniform(&state) }
    b = (0..<shape.k * shape.n).map { _ in Self.uniform(&state) }
    c = Array(repeating: 0, count: shape.m * shape.n)
  }

  /// Computes it `times` times; the seconds that took.
  @discardableResult
  mutating func compute(times: Int) -> Double {
    let (m, k, n) = (shape.m, shape.k, shape.n)
    return a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          let clock = ContinuousClock()
          let start = clock.now
          for _ in 0..<times {
            kernels_matmul_f32(m, n, k, a.baseAddress, b.baseAddress, c.baseAddress)
          }
          return (clock.now - start) / .seconds(1)
        }
      }
    }
  }

  /// Compares some hundred elements, the corners among them, with the sum in double precision,
  /// relative to the sum of magnitudes.
  mutating func verify() throws {
    let (m, k, n) = (shape.m, shape.k, shape.n)
    var places = [(0, 0), (0, n - 1), (m - 1, 0), (m - 1, n - 1)]
    for _ in 0..<500 {
      let row = Int(Self.next(&state) >> 33) % m
      places.append((row, Int(Self.next(&state) >> 33) % n))
    }
    for (row, column) in places {
      var sum = 0.0
      var magnitude = 0.0
      for j in 0..<k {
        let term = Double(a[row * k + j]) * Double(b[j * n + column])
        sum += term
        magnitude += abs(term)
      }
      let found = Double(c[row * n + column])
      // Written so that a NaN fails.
      guard abs(found - sum) <= 1e-5 * magnitude else {
        throw MatrixBenchmarkError(
          "matrix \(shape.name): element (\(row), \(column)) is \(found) and should be \(sum)")
      }
    }
  }

  private static func next(_ state: inout UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }

  /// In [-1, 1).
  private static func uniform(_ state: inout UInt64) -> Float {
    Float(Int32(truncatingIfNeeded: next(&state) >> 32)) / 2_147_483_648
  }
}

/// A Python process that times NumPy's product on request: a line `m k n times` in, the seconds
/// out. Its libraries are held to one thread.
private final class NumPyProcess {
  let version: String
  let blas: String?
  private let process: Process
  private let input: FileHandle
  private let output: FileHandle
  private var pending = Data()

  private static let script = """
    import sys, time
    import numpy as np
    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        blas = str(blas["name"]) + " " + str(blas["version"])
    except Exception:
        blas = ""
    print(np.__version__, flush=True)
    print(blas, flush=True)
    shape = None
    for line in sys.stdin:
        m, k, n, times = map(int, line.split())
        if shape != (m, k, n):
            shape = (m, k, n)
            generator = np.random.default_rng(7)
            a = generator.uniform(-1, 1, (m, k)).astype(np.float32)
            b = generator.uniform(-1, 1, (k, n)).astype(np.float32)
            c = np.empty((m, n), np.float32)
        start = time.perf_counter()
        for _ in range(times):
            np.matmul(a, b, out=c)
        print(time.perf_counter() - start, flush=True)
    """

  /// Nil where there is no Python or no NumPy.
  static func start() -> NumPyProcess? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    var environment = ProcessInfo.processInfo.environment
    for library in ["OPENBLAS", "OMP", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR"] {
      let name = library == "VECLIB_MAXIMUM" ? "\(library)_THREADS" : "\(library)_NUM_THREADS"
      environment[name] = "1"
    }
    process.environment = environment
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      return nil
    }
    return NumPyProcess(
      process, input: input.fileHandleForWriting, output: output.fileHandleForReading)
  }

  private init?(_ process: Process, input: FileHandle, output: FileHandle) {
    self.process = process
    self.input = input
    self.output = output
    guard let version = Self.line(from: output, pending: &pending),
      let blas = Self.line(from: output, pending: &pending)
    else {
      process.waitUntilExit()
      return nil
    }
    self.version = version
    self.blas = blas.isEmpty ? nil : blas
  }

  /// The seconds `times` products of a shape take.
  func seconds(_ shape: MatrixBenchmark.Shape, times: Int) throws -> Double {
    try input.write(contentsOf: Data("\(shape.m) \(shape.k) \(shape.n) \(times)\n".utf8))
    guard let line = Self.line(from: output, pending: &pending), let seconds = Double(line) else {
      throw MatrixBenchmarkError("matrix \(shape.name): NumPy stopped answering")
    }
    return seconds
  }

  /// Ends the process, by the end of its input.
  func stop() {
    try? input.close()
    process.waitUntilExit()
  }

  private static func line(from output: FileHandle, pending: inout Data) -> String? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        defer { pending.removeSubrange(pending.startIndex...end) }
        return String(decoding: pending[pending.startIndex..<end], as: UTF8.self)
      }
      let more = output.availableData
      if more.isEmpty { return nil }
      pending.append(more)
    }
  }
}
