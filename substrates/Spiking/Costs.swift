internal import Networks
internal import Quantities
internal import SubstrateCore

/// The energy of an inference: how often everything happens, counted in the run, times what it takes.
struct Costs: Sendable {
  private let plan: Plan
  private let configuration: Configuration
  /// Once an inference, by layer.
  private let digital: [DigitalWork]
  private let weightWord: Sourced<Joules>
  private let stateWord: Sourced<Joules>
  private let historyWord: Sourced<Joules>
  private let queueWord: Sourced<Joules>
  /// In which memories what is held.
  let weightMemory: String
  let stateMemory: String
  private let isInOneMemory: Bool

  init(_ plan: Plan, _ configuration: Configuration) {
    self.plan = plan
    self.configuration = configuration
    digital = plan.digitalNodes.map { DigitalWork($0, of: plan.network) }
    let arithmetic = Arithmetic.fortyFive
    let weights = max(1, plan.network.parameterCount)
    // Membranes, constant currents and what is computed from the inputs have memories of their own.
    let digitalNodes = plan.digitalNodes.joined().map { plan.network.nodes[$0].shape.count }
    let states = max(plan.neuronCount, plan.network.inputCount, digitalNodes.max() ?? 0)
    (weightWord, weightMemory) = arithmetic.word(amongst: weights)
    (stateWord, stateMemory) = arithmetic.word(amongst: states)
    historyWord =
      arithmetic.word(amongst: plan.neuronCount * (configuration.membrane?.memory ?? 1)).energy
    queueWord = arithmetic.word(amongst: 1).energy
    isInOneMemory = arithmetic.holds(weights) && arithmetic.holds(states)
  }

  // MARK: Energy

  /// Enters the mean energies of so many inferences.
  func ledger(_ activity: Activity, samples: Int, latency: Seconds) -> Ledger {
    var ledger = Ledger()
    for (index, layer) in plan.layers.enumerated() {
      var account = Account(layer: layer.name, samples: samples)
      enterDigital(digital[index], &account)
      let tally = activity.layers[index]
      switch configuration.prices {
      case .digital(let arithmetic): enter(tally, at: index, arithmetic, &account)
      case .chip(let chip): enter(tally, chip, &account)
      }
      enterGates(tally, &account)
      enterHistory(index, samples, &account)
      account.post(to: &ledger)
    }
    if activity.inputSpikes > 0 {
      var account = Account(layer: "inputs", samples: samples)
      // The time of a spike is a difference; it waits in the queue with its address.
      account.add("encoding", activity.inputSpikes, Arithmetic.fortyFive.addition)
      account.add("spike queue", 4 * activity.inputSpikes, queueWord)
      account.post(to: &ledger)
    }
    if case .chip(let chip) = configuration.prices, let power = chip.staticPower {
      let chips = Double(chip.count(holding: plan.neuronCount))
      ledger.spend(
        layer: "machine", mechanism: "static power", kind: .model, chips * (power.value * latency),
        source: power.source, boundary: power.boundary)
    }
    return ledger
  }

  private func enterDigital(_ work: DigitalWork, _ account: inout Account) {
    let arithmetic = Arithmetic.fortyFive
    let times = account.samples
    account.add("input currents", times * work.multiplyAccumulates, arithmetic.multiplication)
    account.add(
      "input currents",
      times * (work.multiplyAccumulates + work.additions + work.comparisons), arithmetic.addition)
    account.add("weight memory", times * work.constants, weightWord)
    account.add("state memory", times * work.numbers, stateWord)
  }

  private func enter(
    _ tally: Tally, at index: Int, _ arithmetic: Arithmetic, _ account: inout Account
  ) {
    account.add("synaptic events", tally.events, arithmetic.addition)
    account.add("weight memory", tally.events, weightWord)
    account.add("state memory", 2 * tally.events, stateWord)
    let spikes = plan.roles[index].membranes > 0 ? tally.spikes : 0
    switch configuration.code {
    case .rate:
      // The constant current, and the comparison with the threshold, if there is one.
      let additions = thresholds(index) ? 2 : 1
      account.add("neuron updates", additions * tally.activeUpdates, arithmetic.addition)
      account.add("state memory", 3 * tally.activeUpdates, stateWord)
      if configuration.membrane?.timeConstant != nil, thresholds(index) {
        account.add("leak", tally.activeUpdates, arithmetic.multiplication)
        account.add("leak", tally.activeUpdates, arithmetic.addition)
      }
      account.add("spikes", spikes, arithmetic.addition)
      account.add("spike queue", 2 * tally.spikes, queueWord)
    case .firstSpike:
      // A current lasts from a spike to the end of the window: its weight times that.
      account.add("synaptic events", tally.events, arithmetic.multiplication)
      // The constant current; the time left to the threshold, and the comparison with the window.
      let additions = thresholds(index) ? 3 : 1
      account.add("neuron updates", additions * tally.activeUpdates, arithmetic.addition)
      account.add("state memory", 2 * tally.activeUpdates, stateWord)
      account.add("spike queue", 4 * tally.spikes, queueWord)
    }
  }

  private func enter(_ tally: Tally, _ chip: Chip, _ account: inout Account) {
    account.add("synaptic events", tally.events, chip.event)
    if let update = chip.activeUpdate {
      account.add("neuron updates", tally.activeUpdates, update)
    }
    if let update = chip.idleUpdate {
      account.add("idle neurons", tally.idleUpdates, update)
    }
    if let spike = chip.spike { account.add("spikes", tally.spikes, spike) }
  }

  /// A counter goes up and is compared.
  private func enterGates(_ tally: Tally, _ account: inout Account) {
    account.add("gates", 2 * tally.comparisons, Arithmetic.fortyFive.count)
    account.add("state memory", 2 * tally.comparisons, stateWord)
  }

  private func enterHistory(_ index: Int, _ samples: Int, _ account: inout Account) {
    guard let membrane = configuration.membrane, membrane.hasHistory, thresholds(index) else {
      return
    }
    let neurons = samples * plan.layers[index].count * plan.roles[index].membranes
    let terms = neurons * membrane.historyTerms
    account.add("history", terms, Arithmetic.fortyFive.multiplication)
    account.add("history", terms, Arithmetic.fortyFive.addition)
    account.add("history memory", terms + neurons * membrane.steps, historyWord)
  }

  private func thresholds(_ index: Int) -> Bool {
    plan.roles[index].role == .neurons || plan.roles[index].role == .pairs
  }

  // MARK: Time

  /// Steps until the answer is there, each layer being one step behind what it reads; or windows.
  var ticks: Int {
    switch configuration.code {
    case .rate: configuration.steps + max(plan.depth - 1, 0)
    case .firstSpike: 1 + plan.roles.last!.stage
    }
  }

  /// How long each inference takes.
  func latencies(_ activity: Activity) -> [Seconds] {
    let given: Seconds?
    switch configuration.prices {
    case .digital: given = configuration.tick
    case .chip: given = configuration.tick ?? Chip.tick
    }
    if let given {
      return activity.operations.map { _ in Seconds(Double(ticks) * given.value) }
    }
    let once =
      digital.reduce(0) { $0 + $1.operations }
      + zip(plan.layers, plan.roles).enumerated().reduce(0) { sum, layer in
        guard thresholds(layer.offset) else { return sum }
        let neurons = layer.element.0.count * layer.element.1.membranes
        return sum + neurons * (configuration.membrane?.historyTerms ?? 0)
      }
    return activity.operations.map { operations in
      let cycles = Double(operations + once) / Self.lanes
      return Seconds(cycles: max(cycles, Double(ticks)), of: Self.clock)
    }
  }

  private static let lanes = 64.0
  private static let clock = Hertz(1e9)

  static let throughput = Source(
    key: "substrata-spiking-throughput",
    citation: "assumed: 64 operations per cycle of 1 GHz, and at least a cycle for each step",
    evidence: .assumed)

  // MARK: Words

  /// What a reader must know of the memories, of a chip's prices, and of what no neuron does.
  func warnings(_ ledger: Ledger) -> [String] {
    let warnings =
      plan.neuronCount > 0
      ? []
      : [
        "without a threshold all follows from the inputs: it is computed in digital, and no neuron fires"
      ]
    return warnings + warningsOfPrices(ledger)
  }

  private func warningsOfPrices(_ ledger: Ledger) -> [String] {
    switch configuration.prices {
    case .digital:
      isInOneMemory
        ? []
        : [
          "weights or states need several banks of \(weightMemory); each access is charged as to one bank, "
            + "without the wires between them"
        ]
    case .chip(let chip):
      [
        "the limits of \(chip.name) on weights and connections are not kept: the run is in 32-bit numbers"
      ]
        + (chip.event.boundary == .chip
          ? ["the prices of \(chip.name) are those of the whole chip, not of a core"] : [])
        + digitalShare(beside: chip, ledger)
    }
  }
}

extension Costs {
  /// How much of the energy is not the chip's.
  private func digitalShare(beside chip: Chip, _ ledger: Ledger) -> [String] {
    let known = configuration.prices.sources
    let drawn = ledger.postings.filter { $0.flow == .drawn }
    let all = drawn.reduce(0) { $0 + $1.energy.value }
    let beside = drawn.reduce(0) { $0 + (known.contains($1.source) ? 0 : $1.energy.value) }
    // Where it is less than a hundredth it misleads nobody.
    guard beside > 0.01 * all else { return [] }
    return [
      "\(Int((100 * beside / all).rounded())) % of the energy is what is done in digital beside "
        + "\(chip.name), such as constant currents from the inputs, at 45 nm"
    ]
  }
}

/// The energies of a layer, each mechanism once.
private struct Account {
  let layer: String
  let samples: Int
  private var lines: [(mechanism: String, energy: Joules, price: Sourced<Joules>)] = []

  init(layer: String, samples: Int) {
    self.layer = layer
    self.samples = samples
  }

  /// Adds something that has happened so often in all inferences.
  mutating func add(_ mechanism: String, _ times: Int, _ price: Sourced<Joules>) {
    guard times > 0 else { return }
    let energy = Double(times) * price.value
    // Prices of one source and boundary add up; others stand apart.
    if let place = lines.firstIndex(where: {
      $0.mechanism == mechanism && $0.price.source == price.source
        && $0.price.boundary == price.boundary
    }) {
      lines[place].energy = lines[place].energy + energy
    } else {
      lines.append((mechanism, energy, price))
    }
  }

  func post(to ledger: inout Ledger) {
    for line in lines {
      ledger.spend(
        layer: layer, mechanism: line.mechanism, kind: .model,
        (1 / Double(samples)) * line.energy, source: line.price.source,
        boundary: line.price.boundary)
    }
  }
}
