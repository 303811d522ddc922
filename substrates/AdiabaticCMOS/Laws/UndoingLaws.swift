internal import PhysicalLaws
internal import SubstrateCore

// What it takes to undo, and what is erased if it is not.
extension Laws {
  static let undoing = [pebbling, garbage]

  static let pebbling = Law(
    "pebbling", "k^n segments are undone in (2k - 1)^n runs with n (k - 1) + 1 checkpoints"
  ) { context in
    try [(2, 1), (2, 2), (3, 1), (2, 3), (3, 2), (4, 2)].flatMap { k, n -> [Finding] in
      func power(_ base: Int) -> Int { (0..<n).reduce(1) { product, _ in product * base } }
      let trial = try trial(Array(repeating: 2, count: power(k) + 1), in: context)
      let run = try trial.run([
        "strategy": "pebbling", "pebbling-k": "\(k)", "pebbling-n": "\(n)",
      ])
      return [
        Finding(
          "k = \(k), n = \(n), runs", measured: run.number("segment_runs") ?? .nan, .equal,
          Double(power(2 * k - 1))),
        Finding(
          "k = \(k), n = \(n), checkpoints", measured: run.number("checkpoints") ?? .nan, .equal,
          Double(n * (k - 1) + 1)),
      ]
    }
  }

  static let garbage = Law(
    "garbage",
    "what is undone is not erased: b bits for each output, or for each neuron that is kept"
  ) { context in
    let sizes = [3, 6, 5, 4]
    let trial = try trial(sizes, in: context)
    let hidden = sizes.dropFirst().reduce(0, +)
    return try [
      ("compute-copy-uncompute", sizes.last!), ("pebbling", sizes.last!), ("keep-garbage", hidden),
    ].flatMap { strategy, neurons -> [Finding] in
      let run = try trial.run(["strategy": strategy, "bits": "6"])
      return [
        Finding(
          "\(strategy)", unit: "bit", measured: run.number("erased_bits_nominal") ?? .nan, .equal,
          Double(6 * neurons)),
        Finding(
          "\(strategy), entropy", unit: "bit",
          measured: run.number("erased_bits_measured") ?? .nan, .atMost, Double(6 * neurons)),
      ]
    }
  }
}
