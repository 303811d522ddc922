internal import Harness
internal import Networks
internal import SubstrateCore

extension ConformanceLaw {
  /// Workloads at the edge of what there is: a run that is whole, or a refusal.
  static let extremes: [ConformanceLaw] = [
    extreme("one-neuron", "one neuron that reads one input is a network") { activation in
      [
        .made(
          "one neuron of weight 1, samples 0 and 1", [([1], [0])], activation, samples: [0, 1]),
        .made(
          "one neuron of weight -2, samples 1 and -1", [([-2], [0.5])], activation,
          samples: [1, -1]),
      ]
    },
    extreme("silent-layer", "a layer that nothing ever comes through is a layer") { activation in
      [
        .made(
          "a hidden neuron that never exceeds its threshold", [([-1], [-1]), ([1], [2])],
          activation, samples: [0, 1]),
        .made(
          "two hidden layers of weight 0",
          [([0, 0], [0, 0]), ([0, 0, 0, 0], [0, 0]), ([1, 1], [1])],
          activation, samples: [1, 2, 3]),
      ]
    },
    extreme("same-samples", "samples that are all the same are a stream") { activation in
      let probe = activation == nil ? Probe.usual[1] : Probe.typical
      return [
        probe.with(probe.samples.arranged([0, 0]), "the first twice"),
        probe.with(probe.samples.arranged([1, 1, 1, 0]), "the second three times"),
        .made("one neuron, samples 0 and 0", [([1], [0])], activation, samples: [0, 0]),
      ]
    },
    extreme(
      "small-weights", mayRefuse: true, "very small numbers are numbers"
    ) { activation in
      [1e-6, 1e-15, 1e-30].map {
        .made(
          "weights of \($0)", [([$0, $0], [0, 0]), ([$0, $0], [0])], activation,
          samples: [1, 2, 0.5])
      }
    },
    extreme(
      "large-weights", mayRefuse: true, mayDiverge: true,
      "very large numbers are numbers, or refused, or void by verdict"
    ) { activation in
      [1e6, 1e15, 1e25].map {
        .made(
          "weights of \($0)", [([$0, $0], [0, 0]), ([$0, -$0 / 2], [0])], activation,
          samples: [1, 2, 0.5])
      }
    },
    extreme(
      "large-inputs", mayRefuse: true, mayDiverge: true,
      "very large inputs are inputs, or void by verdict"
    ) { activation in
      [1e6, 1e15, 1e30].map {
        .made(
          "inputs of \($0)", [([1, 0.5], [0, 0]), ([1, 1], [0])], activation,
          samples: [$0, 0, $0 / 2])
      }
    },
  ]

  private static func extreme(
    _ name: String, mayRefuse: Bool = false, mayDiverge: Bool = false, _ statement: String,
    _ probes: @escaping @Sendable (Activation?) -> [Probe]
  ) -> ConformanceLaw {
    ConformanceLaw(name, statement) { examination throws(Violation) in
      let isLinear =
        if case .refused = examination.card.meaning(.activation) { true } else { false }
      for probe in probes(isLinear ? nil : .relu) {
        switch try examination.trial(probe) {
        case .run(let run):
          try examination.check(run, probe)
          if run.verdict == .diverged && !mayDiverge {
            throw examination.violation(
              expected: "a run that is not void", seen: "the verdict 'diverged'", on: probe.name)
          }
        case .refused(let refusal):
          // A number that cannot be held is refused as that; the network's operations are not to blame.
          try examination.expectSound(
            refusal, on: probe.name, reasons: mayRefuse ? [.range, .precision] : [])
        case .cancelled: break
        }
      }
    }
  }
}

extension Examination {
  /// A refusal for one of some reasons, that says why in one line.
  func expectSound(
    _ refusal: Refusal, on place: String, reasons: [Refusal.Reason]
  ) throws(Violation) {
    guard reasons.contains(refusal.reason) else {
      throw violation(
        expected: reasons.isEmpty
          ? "a run" : "a run, or a refusal for \(reasons.map(\.rawValue).joined(separator: ", "))",
        seen: "refused (\(refusal.reason.rawValue)): \(refusal.detail)", on: place)
    }
    guard !refusal.detail.isEmpty, !refusal.detail.contains(where: \.isNewline) else {
      throw violation(
        expected: "a refusal that says why in one line", seen: "'\(refusal.detail)'", on: place)
    }
  }
}
