internal import Networks
internal import Quantities
internal import SubstrateCore

/// The means over the cyclic stream, of all its inferences or of some picked at random, and how they are
/// entered and shown.
struct Summary {
  private let inferences: [Inference]
  private let count: Int
  private let engine: LayerEngine<Double>

  /// - Parameter count: inferences of the stream.
  init(_ inferences: [Inference], of count: Int, engine: LayerEngine<Double>) {
    self.inferences = inferences
    self.count = count
    self.engine = engine
  }

  var meanHold: Double { mean(\.hold) }
  var longestHold: Double { inferences.map(\.hold).max() ?? 0 }

  /// Work times duration in the slow limit, in k_B T τ0.
  func slowWork(_ program: QuasiStatic.Program) -> Double {
    mean(program.isConstantSpeed ? { $0.length * $0.length } : \.weightedSquaredLength)
  }

  /// The least relaxation rate times τ0, over the stream.
  var leastRate: Double { inferences.map(\.leastRate).min() ?? 1 }

  func mean(_ value: (Inference) -> Double) -> Double {
    inferences.reduce(0) { $0 + value($1) } / Double(inferences.count)
  }

  /// The standard error of such a mean as one of the whole stream, where not all of it was followed:
  /// √(s²/m (1 - m/n)), the variance s² being that of the m of n inferences that were.
  func error(_ value: (Inference) -> Double) -> Double? {
    guard inferences.count < count else { return nil }
    let number = Double(inferences.count)
    let mean = mean(value)
    let squares = inferences.reduce(0) { $0 + (value($1) - mean) * (value($1) - mean) }
    return (squares / (number - 1) / number * (1 - number / Double(count))).squareRoot()
  }

  /// What a reader must be told.
  var warnings: [String] {
    guard inferences.count < count else { return [] }
    var warnings = [
      "energies and holds are means of \(inferences.count) of the \(count) inferences, picked at random, with "
        + "standard errors, and the slowest is the slowest of them; the others' outputs are read at rest; "
        + "inferences=\(count) follows all"
    ]
    let late = inferences.count { !$0.isSettled }
    if late > 0 {
      warnings.append(
        "\(late) of the \(inferences.count) inferences that were followed are not at rest when they are read; the "
          + "others' outputs are, so the accuracy is too good; inferences=\(count) follows all")
    }
    return warnings
  }

  /// The least friction with which any protocol moves the neurons as far in the same time:
  /// Σ_v K_v |Δx_v|² τ0/t, averaged over the stream, by the inequality of Cauchy and Schwarz for
  /// ∫ (dx/dt)² dt. Δx is how far each neuron has really gone when the hold ends: of the way between the two
  /// forward passes what is left then is small, but not nothing, and with the whole way in its place this would
  /// be no theorem.
  ///
  /// - Returns: none if some neuron moves in no time.
  func transport(duration: Double) -> Double? {
    guard
      inferences.allSatisfy({ $0.squaredDisplacement == 0 || duration + $0.hold > 0 })
    else { return nil }
    return mean { leastFriction(of: $0, duration) }
  }

  /// Its standard error, where not all of the stream was followed.
  func transportError(duration: Double) -> Double? { error { leastFriction(of: $0, duration) } }

  private func leastFriction(of inference: Inference, _ duration: Double) -> Double {
    inference.squaredDisplacement > 0
      ? inference.squaredDisplacement / (duration + inference.hold) : 0
  }

  /// The largest miss of a layer's books, over the energy that passes through the layer.
  ///
  /// Heat is force times displacement in steps; where the motion slides along breaks, forces jump within
  /// them.
  var layerGap: Double {
    guard inferences.allSatisfy({ $0.isFinite && !$0.transferred.isEmpty }) else { return 0 }
    return engine.layers.indices.map { layer in
      let given = engine.edgesInto[layer].map { edge in mean { $0.transferred[edge] } }
      let passed = engine.edgesFrom[layer].map { edge in mean { $0.transferred[edge] } }
      let kept = mean { $0.heat[layer] + $0.rest[layer] }
      // A layer may also be given energy by those that read it.
      let through = (given + passed).reduce(kept) { $0 + abs($1) } / 2
      return abs(given.reduce(0, +) - passed.reduce(0, +) - kept) / max(through, 1e-9)
    }.max() ?? 0
  }

  /// By how much the heat of all layers and what they still held miss the work, over the work.
  var totalGap: Double {
    guard inferences.allSatisfy({ $0.isFinite && !$0.transferred.isEmpty }) else { return 0 }
    let work = mean(\.work)
    let given = mean { $0.heat.reduce(0, +) + $0.rest.reduce(0, +) }
    return abs(work - given) / max(abs(work), 1e-9)
  }

  func post(
    method: QuasiStatic.Method, network: Network, at temperature: Kelvin, to ledger: inout Ledger
  ) {
    guard inferences.allSatisfy(\.isFinite) else { return }
    let source =
      method == .relaxation
      ? QuasiStatic.Sources.equationOfMotion : QuasiStatic.Sources.slowDriving
    func post(
      _ flow: Flow, _ layer: String, _ mechanism: String, _ energy: Double, _ error: Double?
    ) {
      ledger.post(
        flow, layer: layer, mechanism: mechanism, kind: .predicted,
        Joules(ThermalEnergy(energy), at: temperature),
        standardError: error.map { Joules(ThermalEnergy($0), at: temperature) }, source: source,
        boundary: .device)
    }
    func post(
      _ flow: Flow, _ layer: String, _ mechanism: String, _ value: (Inference) -> Double
    ) {
      post(flow, layer, mechanism, mean(value), error(value))
    }
    if method == .relaxation {
      // What is drawn and what comes back go together: all of the error of their difference stands at what is
      // drawn.
      let recovered = mean { $0.recovered ?? 0 }
      post(.drawn, "inputs", "driving", mean(\.work) + recovered, error(\.work))
      post(.recovered, "inputs", "driving", recovered, nil)
    } else {
      post(.drawn, "inputs", "driving", \.work)
    }
    for (index, layer) in engine.layers.enumerated() {
      post(.dissipated, layer.name, "friction") { $0.heat[index] }
    }
    guard method == .relaxation else { return }
    for (index, layer) in engine.layers.enumerated() {
      post(.dissipated, layer.name, "after the hold") { $0.rest[index] }
    }
    post(.stored, "inputs", "cycle", 0, nil)
    for (index, edge) in engine.edges.enumerated() {
      let origin =
        switch edge.source {
        case .input: "inputs"
        case .layer(let source): engine.layers[source].name
        }
      post(.transferred, engine.layers[edge.target].name, "from \(origin)") {
        $0.transferred[index]
      }
    }
  }

  /// How the work falls with the duration once driving is slow; none if nothing moves.
  func slowDriving(_ program: QuasiStatic.Program) -> SlowDriving? {
    let slow = slowWork(program)
    guard slow > 0, slow.isFinite else { return nil }
    return SlowDriving(
      workTimesDuration: slow, abruptEnergy: ThermalEnergy(mean(\.abruptWork)),
      validFrom: 10 / leastRate)
  }

  func diagnostics(_ program: QuasiStatic.Program) -> [Diagnostic] {
    [
      Diagnostic(
        "path_length_squared", "squared length of the path, activation units",
        .number(mean(\.squaredLength))),
      Diagnostic(
        "slow_work_kT_tau", "work × duration for slow driving (k_BT τ0)",
        .number(slowWork(program))),
      Diagnostic("abrupt_work_kT", "work if abrupt (k_BT)", .number(mean(\.abruptWork))),
      Diagnostic(
        "relaxation_eigenvalues", "relaxation rates × τ0, least and largest",
        .numbers([
          inferences.map(\.leastRate).min() ?? 0, inferences.map(\.largestRate).max() ?? 0,
        ])),
      Diagnostic("hold_mean_tau0", "hold, mean (τ0)", .number(meanHold)),
      Diagnostic("hold_max_tau0", "hold, longest (τ0)", .number(longestHold)),
      Diagnostic(
        "followed_inferences", "inferences that were followed", .number(Double(inferences.count))),
    ]
  }
}
